"""Time of one training step of a 784-50-10 network at batch 64: minidl.fully_connected against PyTorch eager.

    python bench/mlp.py [--sizes 784,50,10] [--batch 64] [--rounds 9]

All contenders compute the same mathematics in one process on one thread; their losses are compared before anything is
timed. They take turns in windows: a short warm-up, then single steps timed for a while; a round has one window of each.
The table shows the median of the rounds' medians and how far they spread, and the ratio to PyTorch round by round.
"""
import argparse
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

# Before NumPy and torch are imported: one thread for each, and each its own choice of kernels for this processor,
# whatever the environment prescribes.
for name in list(os.environ):
    if name.startswith(('OPENBLAS_', 'MKL_', 'ATEN_CPU', 'ONEDNN_', 'DNNL_')): del os.environ[name]
for name in 'OPENBLAS', 'OMP', 'MKL': os.environ[f'{name}_NUM_THREADS'] = '1'
os.environ['VECLIB_MAXIMUM_THREADS'] = '1'
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_info

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


def window(step, warm_up=0.05, seconds=0.2):
    "The median time of a step, in seconds"
    end = perf_counter() + warm_up
    while perf_counter() < end: step()
    times, end = [], perf_counter() + seconds
    while perf_counter() < end:
        start = perf_counter()
        step()
        times.append(perf_counter() - start)
    return median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sizes', default='784,50,10', help='units of each layer')
    parser.add_argument('--batch', type=int, default=64)
    parser.add_argument('--rounds', type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(1)

    sizes, rng = [int(n) for n in options.sizes.split(',')], np.random.default_rng(0)
    x = rng.standard_normal((options.batch, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], options.batch)
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (Linear(i, o, rng), ReLU())]
    problem = sizes, x, y, Sequential(*layers[:-1]).state_dict(), 0.01
    steps = {'PyTorch eager': pytorch(*problem), 'minidl, NumPy arrays': ours(np.array, *problem),
             'minidl, torch arrays': ours(torch.tensor, *problem)}

    losses = np.array([[step() for _ in range(20)] for step in steps.values()])
    np.testing.assert_allclose(losses, np.broadcast_to(losses[0], losses.shape), rtol=1e-4)

    rounds = [{name: window(step) for name, step in steps.items()} for _ in range(options.rounds)]
    blas = next((info for info in threadpool_info() if info['user_api'] == 'blas'), {})
    table = Table('contender', 'step (µs)', 'spread', 'times as fast as PyTorch eager (lowest, highest)',
                  title=f'{"-".join(map(str, sizes))}, batch {options.batch}, one thread; losses agree over 20 steps',
                  caption=f'NumPy {np.__version__}, {blas.get("internal_api", "BLAS")} {blas.get("architecture", "")}; '
                          f'torch {torch.__version__}; medians of {len(rounds)} rounds')
    for name in steps:
        times, ratios = [r[name] for r in rounds], [r['PyTorch eager']/r[name] for r in rounds]
        table.add_row(name, f'{median(times)*1e6:.0f}', f'{(max(times) - min(times))/median(times):.0%}',
                      f'{median(ratios):.2f}  ({min(ratios):.2f}, {max(ratios):.2f})')
    Console(width=110).print(table)


if __name__ == '__main__': main()
