"""What batches cost: an epoch of training with a DataLoader against the same steps on ready batches.

    python -m bench.data [--examples 60000] [--rounds 3]

The data are in memory, as float32 images in a `TensorDataset`; the network is 784-512-10, trained in batches of 128
with `optim.SGD`. `ready` are batches that were cut before the clock started; then come the loader in order, and
shuffled, and the shuffled loader alone, whose batches nobody uses. The losses of an epoch are compared before anything
is timed.
"""
import argparse
from statistics import median

import numpy as np
import torch

import minidl
import minidl.utils.data
from bench.harness import PROCESSOR
from bench.report import show, table
from bench.workloads import perceptron

SIZES, BATCH, RATE = (784, 512, 10), 128, 0.1


def training(library, device):
    "A function that trains a new model, the same each time, on some batches, and returns the last loss"
    def train(batches):
        rng, model = np.random.default_rng(0), perceptron(library, *SIZES)
        model.load_state_dict({name: library.tensor(rng.standard_normal(x.shape, np.float32)*0.03)
                               for name, x in model.state_dict().items()})
        model.to(device)
        optimizer = library.optim.SGD(model.parameters(), RATE)
        for x, y in batches:
            loss = library.nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return loss.item()
    return train


def sources(library, data, x, y, device='cpu'):
    "Returns a dict of functions: an epoch with each source of batches"
    train = training(library, device)
    dataset = data.TensorDataset(library.tensor(x, device=device), library.tensor(y, device=device))
    in_order, shuffled = data.DataLoader(dataset, BATCH), data.DataLoader(dataset, BATCH, shuffle=True)
    ready = list(in_order)
    def alone():
        for _ in shuffled: pass
    return {'ready': lambda: train(ready), 'in order': lambda: train(in_order),
            'shuffled': lambda: train(shuffled), 'shuffled, alone': alone}


def main():
    parser = argparse.ArgumentParser(prog='python -m bench.data', description=__doc__.splitlines()[0])
    parser.add_argument('--examples', type=int, default=60_000)
    parser.add_argument('--rounds', type=int, default=3)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    x = rng.standard_normal((options.examples, SIZES[0]), np.float32)
    y = rng.integers(0, SIZES[-1], options.examples)
    libraries = {'PyTorch': sources(torch, torch.utils.data, x, y),
                 'minidl, NumPy arrays': sources(minidl, minidl.utils.data, x, y),
                 'minidl, torch arrays': sources(minidl, minidl.utils.data, x, y, 'torch')}

    for source in 'ready', 'in order', 'shuffled':
        losses = []
        for runs in libraries.values():
            minidl.manual_seed(0)   # and torch's
            losses.append(runs[source]())
        np.testing.assert_allclose(losses, losses[0], rtol=2e-3, err_msg=source)

    rounds = [{(name, source): PROCESSOR.time(run) for name, runs in libraries.items() for source, run in runs.items()}
              for _ in range(options.rounds)]
    made = table(f'{options.examples:,} examples, {"-".join(map(str, SIZES))}, batch {BATCH}; losses agree',
                 ['batches', 'epoch (s)', 'share of the time with ready batches\n(lowest, highest)'])
    for name, runs in libraries.items():
        for source in runs:
            shares = [times[name, source]/times[name, 'ready'] for times in rounds]
            made.add_row(name, source, f'{median(times[name, source] for times in rounds):.3f}',
                         f'{median(shares):.3f}  ({min(shares):.3f}, {max(shares):.3f})')
        made.add_section()
    show(made, f'processor time, medians of {options.rounds} rounds, one thread')


if __name__ == '__main__': main()
