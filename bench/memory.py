"""The peak memory of a step, in bytes above what is held between steps: activations and gradients.

By the allocator's own count where it has one. NumPy reports its arrays to `tracemalloc`, which counts Python's own
objects as well; torch reports each allocation on the CPU to its profiler, and keeps a count on a GPU.
"""
import gc
import os
import tracemalloc
from contextlib import contextmanager
from itertools import accumulate

import torch

CPU = torch.profiler.ProfilerActivity.CPU


def traced(run):
    "The peak of a step on NumPy arrays"
    gc.collect()
    tracemalloc.start()
    try:
        run()   # what is alive from here on was allocated while `tracemalloc` watched
        gc.collect()
        rest, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        run()
        return tracemalloc.get_traced_memory()[1] - rest
    finally: tracemalloc.stop()


def allocated(run):
    "The peak of a step on torch tensors in main memory"
    run(), gc.collect()
    with _quiet(), torch.profiler.profile(activities=[CPU], profile_memory=True) as profile: run()
    events = [event for event in profile.profiler.kineto_results.events() if event.name() == '[memory]']
    changes = [event.nbytes() for event in sorted(events, key=lambda event: event.start_ns())]
    return max(accumulate(changes, initial=0))


@contextmanager
def _quiet():
    "Without what the profiler's C++ code writes on the error output"
    saved, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try: yield
    finally:
        os.dup2(saved, 2)
        os.close(saved), os.close(nothing)


def allocated_on_gpu(run):
    "The peak of a step on a GPU"
    run(), gc.collect()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    rest = torch.cuda.memory_allocated()
    run()
    torch.cuda.synchronize()
    return torch.cuda.max_memory_allocated() - rest
