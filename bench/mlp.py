"""Time of one training step of a 784-50-10 network at batch 64: minidl against PyTorch eager.

    python bench/mlp.py [--sizes 784,50,10] [--batch 64] [--rounds 9]

The step is the usual one, `nn.Sequential`, `cross_entropy`, `backward` and `optim.SGD`, in minidl on NumPy and on torch
arrays; beside it the network of chapter 02, whose gradients are written by hand. All contenders compute the same
mathematics in one process on one thread; their losses are compared before anything is timed.
"""
import argparse

from common import PEER, measure, np, show, torch

import minidl
from minidl import fully_connected


def training(library, sizes, x, y, state, lr, device=None):
    "A function that makes one step with `library`, PyTorch or minidl, and returns the loss"
    nn = library.nn
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.ReLU())]
    model = nn.Sequential(*layers[:-1])
    model.load_state_dict({name: library.tensor(a) for name, a in state.items()})
    x, y, model = library.tensor(x, device=device), library.tensor(y, device=device), model.to(device or 'cpu')
    optimizer = library.optim.SGD(model.parameters(), lr)
    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()
    return step


def by_hand(sizes, x, y, state, lr):
    "The same step with the layers of chapter 02 on NumPy arrays"
    layers = [layer for i, o in zip(sizes, sizes[1:])
              for layer in (fully_connected.Linear(i, o), fully_connected.ReLU())]
    model = fully_connected.Sequential(*layers[:-1])
    # As the chapter creates it, a weight lies transposed in memory.
    model.load_state_dict({name: a.T.copy().T for name, a in state.items()})
    optimizer = fully_connected.SGD(model.parameters(), lr)
    return lambda: fully_connected.train_step(model, optimizer, x, y)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sizes', default='784,50,10', help='units of each layer')
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rounds', type=int, default=9)
    options = parser.parse_args()
    sizes, rng = [int(n) for n in options.sizes.split(',')], np.random.default_rng(0)
    x = rng.standard_normal((options.batch, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], options.batch)
    minidl.manual_seed(0)
    nn = minidl.nn
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.ReLU())]
    state = {name: x.numpy() for name, x in nn.Sequential(*layers[:-1]).state_dict().items()}
    problem = sizes, x, y, state, 0.01
    steps = {PEER: training(torch, *problem), 'minidl, NumPy arrays': training(minidl, *problem),
             'minidl, torch arrays': training(minidl, *problem, 'torch'),
             'by hand, NumPy arrays': by_hand(*problem)}

    losses = np.array([[step() for _ in range(20)] for step in steps.values()])
    np.testing.assert_allclose(losses, np.broadcast_to(losses[0], losses.shape), rtol=1e-4)

    show(f'{"-".join(map(str, sizes))}, batch {options.batch}; losses agree over 20 steps',
         measure(steps, options.rounds), 'step (µs)', 1e6)


if __name__ == '__main__': main()
