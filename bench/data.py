"""What batches cost: an epoch of training with a DataLoader against the same steps on ready batches.

    python bench/data.py [--examples 60000] [--sizes 784,512,10] [--batch 128] [--rounds 3]

The data are in memory, as float32 images in a `TensorDataset`; the network is a multi-layer perceptron, trained with
`optim.SGD`. `ready` are batches that were cut before the clock started; then come the loader in order, and shuffled,
and the shuffled loader alone, whose batches nobody uses. The losses of an epoch are compared before anything is timed.
"""
import argparse
from statistics import median
from time import process_time

from common import Console, Table, np, torch

import minidl
import minidl.utils.data


def training(library, sizes, lr, device):
    "A function that trains a new model, the same each time, on some batches, and returns the last loss"
    nn, F = library.nn, library.nn.functional
    def train(batches):
        rng = np.random.default_rng(0)
        layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.ReLU())]
        model = nn.Sequential(*layers[:-1])
        model.load_state_dict({name: library.tensor(rng.standard_normal(x.shape, np.float32)*0.03)
                               for name, x in model.state_dict().items()})
        model = model.to(device or 'cpu')
        optimizer = library.optim.SGD(model.parameters(), lr)
        for x, y in batches:
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return loss.item()
    return train


def contenders(library, data, x, y, sizes, batch, device=None):
    "Returns a dict of functions: an epoch with each source of batches"
    train = training(library, sizes, 0.1, device)
    dataset = data.TensorDataset(library.tensor(x, device=device), library.tensor(y, device=device))
    in_order, shuffled = data.DataLoader(dataset, batch), data.DataLoader(dataset, batch, shuffle=True)
    ready = list(in_order)
    def alone():
        for _ in shuffled: pass
    return {'ready': lambda: train(ready), 'in order': lambda: train(in_order),
            'shuffled': lambda: train(shuffled), 'shuffled, alone': alone}


def seconds(run):
    start = process_time()
    run()
    return process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--examples', type=int, default=60_000)
    parser.add_argument('--sizes', default='784,512,10', help='units of each layer')
    parser.add_argument('--batch', type=int, default=128)
    parser.add_argument('--rounds', type=int, default=3)
    options = parser.parse_args()
    sizes, rng = [int(n) for n in options.sizes.split(',')], np.random.default_rng(0)
    x = rng.standard_normal((options.examples, sizes[0]), np.float32)
    y = rng.integers(0, sizes[-1], options.examples)
    problem = x, y, sizes, options.batch
    libraries = {'PyTorch': contenders(torch, torch.utils.data, *problem),
                 'minidl, NumPy arrays': contenders(minidl, minidl.utils.data, *problem),
                 'minidl, torch arrays': contenders(minidl, minidl.utils.data, *problem, 'torch')}

    for source in 'ready', 'in order', 'shuffled':
        losses = []
        for runs in libraries.values():
            minidl.manual_seed(0)   # and torch's
            losses.append(runs[source]())
        np.testing.assert_allclose(losses, losses[0], rtol=2e-3, err_msg=source)

    rounds = [{(name, source): seconds(run) for name, runs in libraries.items() for source, run in runs.items()}
              for _ in range(options.rounds)]
    table = Table('library', 'batches', 'epoch (s)', 'share of the time with ready batches (lowest, highest)',
                  title=f'{options.examples:,} examples, {options.sizes}, batch {options.batch}; losses agree',
                  caption=f'NumPy {np.__version__}, torch {torch.__version__}; '
                          f'processor time, medians of {options.rounds} rounds, one thread')
    for name, runs in libraries.items():
        for source in runs:
            ratios = [r[name, source]/r[name, 'ready'] for r in rounds]
            table.add_row(name, source, f'{median(r[name, source] for r in rounds):.3f}',
                          f'{median(ratios):.3f}  ({min(ratios):.3f}, {max(ratios):.3f})')
        table.add_section()
    Console(width=110).print(table)


if __name__ == '__main__': main()
