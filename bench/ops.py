"""Time of one operation with its share of the backward pass: 500 times `z = z*a; z = z + a` on four numbers.

    python bench/ops.py [--rounds 9] [--lengths 1000,10000,100000]

`a` is a constant, the leaf requires a gradient, and all the engine's checks are on. Before anything is timed, the
gradients are compared. micrograd knows only single numbers, and gets one. What is not installed is a dash in the table
(`pip install -e '.[bench]'` installs the peers). The second table shows how the time grows with the chain.
"""
import argparse
from importlib.util import find_spec

from common import PEER, median, measure, np, show, sys, torch

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--lengths', default='1000,10000,100000', help='of the chains in the second table')
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


if __name__ == '__main__': main()
