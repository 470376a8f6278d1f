"""How times are taken: contenders take turns in windows, a short warm-up, then runs timed for a while.

A round has one window of each; every other round goes backwards, so that nobody always follows the same one. Reported
are medians over the rounds of the windows' medians, ratios within a round, and the spread: how far the middle half of
the rounds lies apart, as a share of the median. Above 5 % all rounds are repeated, three times at most.

The clock counts the processor time of all threads: what else runs on the machine is not in it, and who uses a second
thread pays for it. On a GPU it is the clock on the wall, which starts and stops when the GPU has nothing left to do.
All contenders share a process, so what minidl sets when it is imported, as Python's garbage collector, helps all.
"""
import gc
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import numpy as np
import torch
from threadpoolctl import threadpool_info

import minidl

torch.set_num_threads(1)
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False   # float32, everywhere
SPREAD, REPEATS = 0.05, 3
LONGEST = 2   # seconds a run: who takes longer is left out
PEERS = 'eager', 'compile', 'func', 'hand'   # whose names are the keys in `contenders`


@dataclass(frozen=True)
class Clock:
    "What measures: the time now, a wait until all that was begun is done, and how many runs are timed at once"
    now: Callable = process_time
    wait: Callable = lambda: None
    block: int = 1

    def time(self, run):
        "Returns the seconds that `run()` takes"
        self.wait()
        start = self.now()
        for _ in range(self.block): run()
        self.wait()
        return (self.now() - start)/self.block


PROCESSOR = Clock()
CLOCKS = {'cpu': PROCESSOR, 'cuda': Clock(perf_counter, torch.cuda.synchronize, 10)}


def window(run, clock=PROCESSOR, warm_up=0.05, seconds=0.25, statistic=median):
    "Returns the median, or another `statistic`, of the times of `run()`, in seconds"
    gc.collect()   # nobody pays for what another one left
    end = clock.now() + warm_up
    while clock.now() < end: clock.time(run)
    times, end = [], clock.now() + seconds
    while not times or clock.now() < end: times.append(clock.time(run))
    return statistic(times)


def windows(runs, clock=PROCESSOR, **options):
    "Returns a function of a round's number that gives each of `runs` a window: name -> seconds, for `measure`"
    def turn(i):
        times = {name: window(runs[name], clock, **options) for name in ([*runs] if i % 2 == 0 else [*runs][::-1])}
        return {name: times[name] for name in runs}
    return turn


def spread(times):
    "Returns how far the middle half of some times lies apart, as a share of their median"
    low, high = np.percentile(times, [25, 75])
    return (high - low)/median(times)


def measure(turn, rounds, repeats=REPEATS):
    """Returns `rounds` rounds, as a list of what `turn` returns, and how often all of them were repeated.

    They are repeated while the spread of somebody's times is above 5 %, at most `repeats` times; the steadiest count.
    """
    def widest(taken): return max(spread([times[name] for times in taken]) for name in taken[0])
    gc.collect(), gc.freeze()   # the collector does not search what all the libraries and contenders hold
    try:
        best, repeated = [turn(i) for i in range(rounds)], 0
        while widest(best) > SPREAD and repeated < repeats:
            best, repeated = min(best, [turn(i) for i in range(rounds)], key=widest), repeated + 1
    finally: gc.unfreeze()
    return best, repeated


def result(title, taken, missing, **more):
    """Returns a dict of what was measured, which a table, a plot or a file takes.

    `taken` is what `measure` returns, `missing` has the reason for each contender that could not take part. `speed` is
    relative to each peer that ran: median, lowest and highest of the rounds.
    """
    rounds, repeated = taken
    times = {name: [turn[name] for turn in rounds] for name in rounds[0]}
    def speed(name, peer):
        ratios = [theirs/ours for ours, theirs in zip(times[name], times[peer])]
        return median(ratios), min(ratios), max(ratios)
    return {'title': title, 'rounds': len(rounds), 'repeated': repeated, 'missing': missing,
            'seconds': {name: median(t) for name, t in times.items()},
            'spread': {name: spread(t) for name, t in times.items()},
            'speed': {peer: {name: speed(name, peer) for name in times} for peer in PEERS if peer in times},
            'times': times, **more}


def peak(device='cpu', seconds=0.3):
    """Returns how many floating-point operations a second a large product of matrices makes, float32, at best.

    They are NumPy's, PyTorch's, and minidl's on torch arrays, which may take another kernel of torch's than `@` does.
    """
    n = 1024 if device == 'cpu' else 8192
    a, b = np.random.default_rng(0).standard_normal((2, n, n), np.float32)
    x, y = torch.tensor(a, device=device), torch.tensor(b, device=device)
    u, v = [minidl.tensor(c, device='torch' if device == 'cpu' else device) for c in (a, b)]
    runs = [lambda: x @ y, lambda: minidl.nn.functional.linear(u, v)]
    if device == 'cpu': runs.append(lambda: a @ b)
    with minidl.no_grad():
        return 2*n**3/min(window(run, CLOCKS[device], seconds=seconds, statistic=min) for run in runs)


def machine():
    "Returns a dict: what the measurements ran on"
    blas = next((info for info in threadpool_info() if info['user_api'] == 'blas'), {})
    return {'processor': _processor(), 'processors': os.cpu_count(), 'threads': torch.get_num_threads(),
            'system': platform.platform(), 'python': platform.python_version(), 'numpy': np.__version__,
            'blas': f'{blas.get("internal_api", "?")} {blas.get("version", "")} {blas.get("architecture", "")}'.strip(),
            'torch': torch.__version__, 'torch kernels': torch.backends.cpu.get_cpu_capability(),
            'gpu': torch.cuda.get_device_name() if torch.cuda.is_available() else None}


def _processor():
    try:
        with open('/proc/cpuinfo') as file:
            return next(line.split(':', 1)[1].strip() for line in file if line.startswith('model name'))
    except (OSError, StopIteration): return platform.processor() or platform.machine()
