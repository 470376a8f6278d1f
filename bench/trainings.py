"Times and memory of a training step, for each of the workloads"
from time import process_time

import numpy as np
import torch

from bench.contenders import CONTENDERS
from bench.harness import CLOCKS, LONGEST, measure, result, windows
from bench.memory import allocated_on_gpu
from bench.peers import Missing
from bench.workloads import WORKLOADS

STEPS = 5   # whose losses are compared


def training(key, device, names, rounds, peak, **options):
    """Returns the `result` for the workload `key`, with the losses, the peak memory and the share of `peak`.

    `names` are those of the contenders, PyTorch eager first; `peak` is in floating-point operations a second. The
    options are those of `measure`, and `window`, a dict with those of `window`. Raises `AssertionError` if the losses
    of a contender are not those of the first.
    """
    torch.compiler.reset()   # what was compiled for another batch makes nobody's code more general here
    workload, runs, losses, missing = WORKLOADS[key], {}, {}, {}
    for name in names:
        try: runs[name] = CONTENDERS[name].start(workload, device)
        except Missing as reason:
            missing[name] = str(reason)
            continue
        losses[name], seconds = first_steps(runs[name])
        np.testing.assert_allclose(losses[name], losses[names[0]], rtol=1e-4, err_msg=f'{key}: losses of {name}')
        if seconds > LONGEST:
            missing[name] = f'more than {LONGEST} s a step'
            del runs[name]
    taken = measure(windows(runs, CLOCKS[device], **options.pop('window', {})), rounds, **options)
    counts = {name: CONTENDERS[name].memory if device == 'cpu' else allocated_on_gpu for name in runs}
    found = result(workload.title + (' (on the GPU)' if device != 'cpu' else ''), taken, missing, losses=losses,
                   memory={name: count(runs[name]) for name, count in counts.items() if count})
    operations = workload.operations()
    return found | {'peak share': {name: operations/s/peak for name, s in found['seconds'].items()}}


def first_steps(run):
    "Returns the losses of the first steps, and the seconds of processor time of the last one"
    losses = []
    for _ in range(STEPS):
        start, loss = process_time(), run()
        losses.append(float(loss.item() if hasattr(loss, 'item') else loss))
    return losses, process_time() - start
