"""Time of operations, each with its share of the backward pass.

    python bench/ops.py [--rounds 9] [--lengths 1000,10000,100000] [--json FILE]

First 500 times `z = z*a; z = z + a` on four numbers: `a` is a constant, the leaf requires a gradient, and all the
engine's checks are on. micrograd knows only single numbers, and gets one. What is not installed is a dash in the table
(`pip install -e '.[bench]'` installs the peers). Then how the time grows with the chain. Then the twenty operations
that training uses most at three sizes, forward and backward. Before anything is timed, the gradients are compared.
"""
import argparse
import json
from importlib.util import find_spec

from common import PEER, Console, Path, Table, median, measure, np, show, sys, torch

import minidl

NUMBERS, CONSTANT = np.array([0.5, 1, 2, 3], dtype=np.float32), np.full(4, 1.001, dtype=np.float32)


def chain(x, a, n):
    "Returns the end of a chain of `n` operations that begins at x"
    for _ in range(n//2):
        x = x*a
        x = x + a
    return x


def tape(make, n):
    "A function that runs the chain forward and backward and returns the gradient; `make` makes a tensor"
    x, a = make(NUMBERS, requires_grad=True), make(CONSTANT)
    def run():
        x.grad = None
        chain(x, a, n).backward(a)
        return x.grad
    return run


def hips(n):
    import autograd
    import autograd.numpy
    gradient = autograd.make_vjp(lambda x: chain(x, CONSTANT, n))
    return lambda: gradient(NUMBERS)[0](CONSTANT)


def mygrad(n):
    import mygrad
    x = mygrad.tensor(NUMBERS)
    def run():
        x.null_grad()
        chain(x, CONSTANT, n).backward(CONSTANT)
        return x.grad
    return run


def micrograd(n):
    from micrograd.engine import Value
    def run():
        x = Value(1.)
        z = chain(x, 1.001, n)*1.001
        z.backward()
        return np.full(4, x.grad)
    return run


def contenders(n):
    "Returns name -> function, and the names of what is not installed"
    runs = {PEER: tape(lambda array, **kwargs: torch.tensor(array, **kwargs), n),
            'minidl, NumPy arrays': tape(minidl.tensor, n),
            'minidl, torch arrays': tape(lambda array, **kwargs: minidl.tensor(array, device='torch', **kwargs), n)}
    peers = {'HIPS autograd': ('autograd', hips), 'MyGrad': ('mygrad', mygrad),
             'micrograd, one number': ('micrograd', micrograd)}
    for name, (module, make) in peers.items():
        if find_spec(module): runs[name] = make(n)
    return runs, [name for name, (module, _) in peers.items() if not find_spec(module)]


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


def layers(rounds):
    "Prints the table of the operations that training uses most; returns size -> operation -> arrays -> share of time"
    makers = {PEER: (torch, torch.tensor), 'NumPy arrays': (minidl, minidl.tensor),
              'torch arrays': (minidl, lambda array, **kwargs: minidl.tensor(array, device='torch', **kwargs))}
    table = Table('operation', *[f'{size}, {name}' for size in SIZES for name in ('NumPy', 'torch')],
                  title=f'forward and backward: share of the time of {PEER}',
                  caption=', '.join(f'{size}: {b} rows of {n} numbers' for size, (b, n) in SIZES.items()) +
                          f'; medians of {rounds} rounds, one thread')
    shares = {size: {} for size in SIZES}
    for name in LAYERS:
        for size, (b, n) in SIZES.items():
            runs = {key: layer(*how, name, b, n) for key, how in makers.items()}
            for key in [*runs][1:] if name != 'dropout' else ():   # whose draws differ
                for ours, theirs in zip(runs[key](), runs[PEER]()):
                    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-3, atol=3e-3, err_msg=f'{name}, {key}')
            times = measure(runs, rounds, warm_up=0.01, seconds=0.05)
            shares[size][name] = {key: median(r[key]/r[PEER] for r in times) for key in [*runs][1:]}
        table.add_row(name, *[f'{share:.2f}' for size in SIZES for share in shares[size][name].values()])
    Console(width=110).print(table)
    return shares


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--lengths', default='1000,10000,100000', help='of the chains in the second table')
    parser.add_argument('--json', type=Path, help='a file for the shares of the last table')
    options = parser.parse_args()
    sys.setrecursionlimit(20_000)   # micrograd and MyGrad need it

    runs, missing = contenders(1000)
    gradient = runs[PEER]().numpy()
    for name, run in runs.items(): np.testing.assert_allclose(np.asarray(run()), gradient, rtol=1e-3, err_msg=name)
    rounds = [{name: seconds/1000 for name, seconds in r.items()} for r in measure(runs, options.rounds)]
    rounds = [{**r, 'NumPy, no gradients': seconds/1000} for r, seconds in
              zip(rounds, (m['n'] for m in measure({'n': lambda: chain(NUMBERS, CONSTANT, 1000)}, options.rounds)))]
    show('an operation on 4 numbers, forward and backward, in a chain of 1,000; gradients agree', rounds,
         'time (µs)', 1e6, missing)

    lengths, names = [int(n) for n in options.lengths.split(',')], [*runs][:3]
    times = {n: measure({name: contenders(n)[0][name] for name in names}, 3) for n in lengths}
    for name in names:
        cost = [median(r[name] for r in times[n])/n*1e6 for n in lengths]
        print(f'{name}: ' + ', '.join(f'{n:,} operations {c:.2f} µs each' for n, c in zip(lengths, cost)) +
              f'; the last {cost[-1]/cost[0]:.2f} times the first')

    shares = layers(options.rounds)
    if options.json: options.json.write_text(json.dumps(shares, indent=1))


if __name__ == '__main__': main()
