"""The twenty operations that training uses most, forward and backward, at three sizes: the share of PyTorch's time.

    python -m bench.ops [--rounds 9] [--json FILE]

Before anything is timed, the gradients are compared with PyTorch's.
"""
import argparse
import json
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch

import minidl
from bench.harness import measure, windows
from bench.report import show, table

# For each operation the function, and the shapes of its arguments at a size: `b` rows of `n` numbers.
LAYERS = {
    'add': (lambda m, x, y: x + y, lambda b, n: [(b, n), (n,)]),
    'mul': (lambda m, x, y: x*y, lambda b, n: [(b, n), (b, n)]),
    'div': (lambda m, x, y: x/y, lambda b, n: [(b, n), (b, n)]),
    'sum': (lambda m, x: x.sum(1), lambda b, n: [(b, n)]),
    'mean': (lambda m, x: x.mean(), lambda b, n: [(b, n)]),
    'cat': (lambda m, x, y: m.cat([x, y], 1), lambda b, n: [(b, n), (b, n)]),
    'matmul': (lambda m, x, y: x @ y, lambda b, n: [(b, n), (n, n)]),
    'linear': (lambda m, x, w, c: m.nn.functional.linear(x, w, c), lambda b, n: [(b, n), (n, n), (n,)]),
    'relu': (lambda m, x: x.relu(), lambda b, n: [(b, n)]),
    'gelu': (lambda m, x: m.nn.functional.gelu(x), lambda b, n: [(b, n)]),
    'tanh': (lambda m, x: x.tanh(), lambda b, n: [(b, n)]),
    'dropout': (lambda m, x: m.nn.functional.dropout(x, 0.5), lambda b, n: [(b, n)]),
    'softmax': (lambda m, x: x.softmax(1), lambda b, n: [(b, n)]),
    'cross_entropy': (lambda m, x, i: m.nn.functional.cross_entropy(x, i), lambda b, n: [(b, n), [b]]),
    'layer_norm': (lambda m, x, w, c: m.nn.functional.layer_norm(x, w.shape, w, c), lambda b, n: [(b, n), (n,), (n,)]),
    'batch_norm': (lambda m, x, w, c: m.nn.functional.batch_norm(x, None, None, w, c, True),
                   lambda b, n: [(b, n//4, 2, 2), (n//4,), (n//4,)]),
    'embedding': (lambda m, i, w: m.nn.functional.embedding(i, w), lambda b, n: [[b], (64, n)]),
    'conv2d': (lambda m, x, w, c: m.nn.functional.conv2d(x, w, c, padding=1),
               lambda b, n: [(max(b//8, 1), 8, n//8 + 4, n//8 + 4), (8, 8, 3, 3), (8,)]),
    'max_pool2d': (lambda m, x: m.nn.functional.max_pool2d(x, 2), lambda b, n: [(max(b//8, 1), 8, n//8 + 4, n//8 + 4)]),
    'attention': (lambda m, q, k, v: m.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True),
                  lambda b, n: [(max(b//64, 1), 2, max(n//8, 2), 16)]*3)}
SIZES = {'small': (2, 8), 'medium': (64, 128), 'large': (256, 1024)}


def layer(module, make, name, b, n):
    "A function that runs an operation forward and backward and returns its gradients"
    rng, (function, shapes) = np.random.default_rng(0), LAYERS[name]
    args = [make(rng.integers(0, min(n, 64), shape)) if isinstance(shape, list) else
            make(rng.uniform(0.5, 1.5, shape).astype(np.float32), requires_grad=True) for shape in shapes(b, n)]
    leaves = [x for x in args if x.requires_grad]
    seed = make(rng.uniform(0, 1, tuple(function(module, *args).shape)).astype(np.float32))
    def run():
        for x in leaves: x.grad = None
        function(module, *args).backward(seed)
        return [x.grad for x in leaves]
    return run


def shares(rounds):
    """Returns size -> operation -> arrays -> share of the time of PyTorch eager.

    Raises `AssertionError` if a gradient is not PyTorch's.
    """
    makers = {'PyTorch': (torch, torch.tensor), 'NumPy arrays': (minidl, minidl.tensor),
              'torch arrays': (minidl, partial(minidl.tensor, device='torch'))}
    found = {size: {} for size in SIZES}
    for name in LAYERS:
        for size, (b, n) in SIZES.items():
            runs = {key: layer(*how, name, b, n) for key, how in makers.items()}
            for key in [*runs][1:] if name != 'dropout' else ():   # whose draws differ
                for ours, theirs in zip(runs[key](), runs['PyTorch']()):
                    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-3, atol=3e-3, err_msg=f'{name}, {key}')
            taken, _ = measure(windows(runs, warm_up=0.01, seconds=0.05), rounds, repeats=0)
            found[size][name] = {key: median(times[key]/times['PyTorch'] for times in taken) for key in [*runs][1:]}
    return found


def main():
    parser = argparse.ArgumentParser(prog='python -m bench.ops', description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--json', type=Path, metavar='FILE', help='write the shares')
    options = parser.parse_args()
    found = shares(options.rounds)
    sizes = ', '.join(f'{size}: {b} rows of {n} numbers' for size, (b, n) in SIZES.items())
    made = table('forward and backward: share of the time of PyTorch eager',
                 [f'{size},\n{arrays}' for size in SIZES for arrays in ('NumPy', 'torch')])
    for name in LAYERS:
        made.add_row(name, *[f'{share:.2f}' for size in SIZES for share in found[size][name].values()])
    show(made, f'{sizes}; medians of {options.rounds} rounds, one thread')
    if options.json: options.json.write_text(json.dumps(found, indent=1))


if __name__ == '__main__': main()
