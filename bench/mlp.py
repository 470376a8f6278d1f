"""Time of one training step of a 784-50-10 network at batch 64: minidl.fully_connected against PyTorch eager.

    python bench/mlp.py [--sizes 784,50,10] [--batch 64] [--rounds 9]

All contenders compute the same mathematics in one process on one thread; their losses are compared before anything is
timed.
"""
import argparse

from common import PEER, measure, np, show, torch

from minidl.fully_connected import SGD, Linear, ReLU, Sequential, train_step


def ours(convert, sizes, x, y, state, lr):
    "A function that makes one step on arrays of the library of `convert`, and returns the loss"
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (Linear(i, o), ReLU())]
    model = Sequential(*layers[:-1])
    # As minidl itself creates it, a weight lies transposed in memory.
    model.load_state_dict({name: convert(a.T.copy()).T if a.ndim == 2 else convert(a) for name, a in state.items()})
    optimizer, x, y = SGD(model.parameters(), lr), convert(x), convert(y)
    return lambda: train_step(model, optimizer, x, y)


def pytorch(sizes, x, y, state, lr):
    "The same step with torch.nn, autograd and torch.optim"
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (torch.nn.Linear(i, o), torch.nn.ReLU())]
    model = torch.nn.Sequential(*layers[:-1])
    model.load_state_dict({name: torch.tensor(a) for name, a in state.items()})
    optimizer, x, y = torch.optim.SGD(model.parameters(), lr), torch.tensor(x), torch.tensor(y)
    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sizes', default='784,50,10', help='units of each layer')
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rounds', type=int, default=9)
    options = parser.parse_args()
    sizes, rng = [int(n) for n in options.sizes.split(',')], np.random.default_rng(0)
    x = rng.standard_normal((options.batch, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], options.batch)
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (Linear(i, o, rng), ReLU())]
    problem = sizes, x, y, Sequential(*layers[:-1]).state_dict(), 0.01
    steps = {PEER: pytorch(*problem), 'minidl, NumPy arrays': ours(np.array, *problem),
             'minidl, torch arrays': ours(torch.tensor, *problem)}

    losses = np.array([[step() for _ in range(20)] for step in steps.values()])
    np.testing.assert_allclose(losses, np.broadcast_to(losses[0], losses.shape), rtol=1e-4)

    show(f'{"-".join(map(str, sizes))}, batch {options.batch}; losses agree over 20 steps',
         measure(steps, options.rounds), 'step (µs)', 1e6)


if __name__ == '__main__': main()
