"""The time of an operation on four numbers, forward and backward, in chains of 1,000, 10,000 and 100,000.

The chain is `x = x*a; x = x + a`, over and over: `a` is a constant, the leaf requires a gradient, and all the engine's
checks are on. micrograd knows only single numbers, and gets one.
"""
import sys
from functools import partial
from time import process_time

import numpy as np
import torch

import minidl
from bench.contenders import Contender
from bench.harness import LONGEST, measure, result, windows
from bench.peers import Missing, need

NUMBERS, CONSTANT = np.array([0.5, 1, 2, 3], dtype=np.float32), np.full(4, 1.001, dtype=np.float32)
LENGTHS = 1_000, 10_000, 100_000
DEEPEST = 5_000   # calls within calls, with which Python's stack surely copes


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
    need('autograd.numpy')
    gradient = need('autograd').make_vjp(lambda x: chain(x, CONSTANT, n))
    return lambda: gradient(NUMBERS)[0](CONSTANT)


def mygrad(n):
    x = need('mygrad').tensor(NUMBERS)
    def run():
        x.null_grad()
        chain(x, CONSTANT, n).backward(CONSTANT)
        return x.grad
    return run


def micrograd(n):
    value = need('micrograd.engine').Value
    def run():
        x = value(1.)
        z = chain(x, 1.001, n)*1.001
        z.backward()
        return np.full(4, x.grad)
    return run


def jax(n):
    vjp, asarray = need('jax').vjp, need('jax.numpy').asarray
    x, a = asarray(NUMBERS), asarray(CONSTANT)
    return lambda: vjp(lambda x: chain(x, a, n), x)[1](a)[0].block_until_ready()


CHAINS = {   # each starts with a length and returns the function that runs, and returns the gradient
    'eager': Contender('PyTorch eager', partial(tape, torch.tensor)),
    'numpy': Contender('minidl, NumPy arrays', partial(tape, minidl.tensor)),
    'torch': Contender('minidl, torch arrays', partial(tape, partial(minidl.tensor, device='torch'))),
    'autograd': Contender('HIPS autograd', hips),
    'mygrad': Contender('MyGrad', mygrad),
    'micrograd': Contender('micrograd, one number', micrograd),
    'jax': Contender('JAX, without jit', jax)}


def contender(name, n):
    "Returns the function that runs a chain, whose gradient was looked at. Raises `Missing` if there is none"
    run = CHAINS[name].start(n)
    start = process_time()
    try: gradient = run()
    except RecursionError: raise Missing('RecursionError') from None
    if process_time() - start > LONGEST: raise Missing(f'more than {LONGEST} s a run')
    factor = np.float32(1)
    for _ in range(n//2 + 1): factor = factor*CONSTANT[0]
    np.testing.assert_allclose(np.asarray(gradient), np.full(4, factor), rtol=1e-3, err_msg=f'{name}: gradient')
    return run


def operations(names, rounds, lengths=LENGTHS, **options):
    "Returns, for each length, the `result` with the seconds of one operation; the options are as for `training`"
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try: return {str(n): _chains(n, [name for name in CHAINS if name in names], rounds, dict(options)) for n in lengths}
    finally: sys.setrecursionlimit(limit)


def _chains(n, names, rounds, options):
    runs, missing = {}, {}
    for name in names:
        try: runs[name] = contender(name, n)
        except Missing as reason: missing[name] = str(reason)
    turn = windows(runs, **options.pop('window', {}))
    taken = measure(lambda i: {name: seconds/n for name, seconds in turn(i).items()}, rounds, **options)
    return result(f'an operation on 4 numbers in a chain of {n:,}', taken, missing)
