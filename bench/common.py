"""What the benchmarks share. Import it before NumPy and torch: it gives each of them one thread.

Contenders take turns in windows: a short warm-up, then single runs timed for a while; a round has one window of each.
Reported are medians of the rounds' medians, how far they spread, and the ratio to PyTorch round by round.
"""
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

# Each library its own choice of kernels for this processor, whatever the environment prescribes.
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

torch.set_num_threads(1)
PEER = 'PyTorch eager'


def window(run, warm_up=0.05, seconds=0.2):
    "Returns the median time of `run()`, in seconds"
    end = perf_counter() + warm_up
    while perf_counter() < end: run()
    times, end = [], perf_counter() + seconds
    while perf_counter() < end or not times:
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return median(times)


def measure(contenders, rounds, **options):
    """Returns a list of dicts, one a round: name -> seconds.

    `contenders` is a dict name -> function without arguments, the options are those of `window`.
    """
    return [{name: window(run, **options) for name, run in contenders.items()} for _ in range(rounds)]


def show(title, rounds, unit, scale, missing=()):
    "Prints what `measure` returned as a table, in `unit`, of which a second has `scale`; `missing`: what was not there"
    blas = next((info for info in threadpool_info() if info['user_api'] == 'blas'), {})
    table = Table('contender', unit, 'spread', f'share of the time of {PEER} (lowest, highest)', title=title,
                  caption=f'NumPy {np.__version__}, {blas.get("internal_api", "BLAS")} {blas.get("architecture", "")}; '
                          f'torch {torch.__version__}; medians of {len(rounds)} rounds, one thread')
    for name in rounds[0]:
        times, ratios = [r[name] for r in rounds], [r[name]/r[PEER] for r in rounds]
        table.add_row(name, f'{median(times)*scale:.3g}', f'{(max(times) - min(times))/median(times):.0%}',
                      f'{median(ratios):.2f}  ({min(ratios):.2f}, {max(ratios):.2f})')
    for name in missing: table.add_row(name, '-', '-', 'not installed')
    Console(width=110).print(table)
