"""Who takes part in the trainings: each a function of a workload and a device that returns `run`.

`run()` makes one step and returns its loss. A contender that cannot take part raises `Missing` and says why.
"""
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from shutil import which

import torch

import minidl
from bench import memory, peers
from bench.peers import Missing
from bench.workloads import training
from minidl import fully_connected


def bound(step, batch, model): return partial(step, *batch)


def eager(workload, device): return bound(*training(torch, workload, device))


def on_numpy(workload, device):
    if device != 'cpu': raise Missing('NumPy arrays lie in main memory')
    return bound(*training(minidl, workload))


def on_torch(workload, device): return bound(*training(minidl, workload, _ours(device)))


def compiled(workload, device):
    _need_compiler()
    if not hasattr(minidl, 'compile'): raise Missing('minidl.compile does not exist')
    step, batch, model = training(minidl, workload, _ours(device))
    return bound(minidl.compile(step), batch, model)


def model_compiled(workload, device):
    _need_compiler()
    return bound(*training(torch, workload, device, torch.compile))


def functional(workload, device):
    "The step as a pure function of weights and buffers, which torch.compile sees as a whole"
    _need_compiler()
    state, x, y = workload.start()
    state, model = {name: torch.tensor(a, device=device) for name, a in state.items()}, workload.model(torch)
    model.to(device)
    weights = {name: state.pop(name) for name, _ in model.named_parameters()}
    x, y = torch.tensor(x, device=device), torch.tensor(y, device=device)

    def loss(weights, buffers):
        buffers = {name: a.clone() for name, a in buffers.items()}   # batch norm writes into them
        logits = torch.func.functional_call(model, {**weights, **buffers}, x)
        return torch.nn.functional.cross_entropy(logits, y), buffers

    @partial(torch.compile, fullgraph=True)
    def step(weights, buffers, moments):
        gradients, (value, buffers) = torch.func.grad_and_value(loss, has_aux=True)(weights, buffers)
        weights, moments = peers.update(workload, weights, gradients, moments)
        return value, weights, buffers, moments

    now = weights, state, peers.moments(workload, weights, torch.zeros((), device=device))
    def run():
        nonlocal now
        value, *now = step(*now)
        return value
    return run


def by_hand(workload, device):
    "The layers of chapter 02, whose gradients are written by hand, on NumPy arrays"
    state, x, y = workload.start()
    shapes = [a.shape for name, a in state.items() if name.endswith('weight')]
    if device != 'cpu' or any(len(shape) != 2 for shape in shapes) or workload.tokens:
        raise Missing('chapter 02 has linear layers and ReLU on NumPy arrays')
    layers = [layer for o, i in shapes for layer in (fully_connected.Linear(i, o), fully_connected.ReLU())]
    model = fully_connected.Sequential(*layers[:-1])
    # As the chapter creates it, a weight lies transposed in memory.
    model.load_state_dict({name: a.T.copy().T for name, a in state.items()})
    optimizer = fully_connected.SGD(model.parameters(), **workload.options)
    return lambda: fully_connected.train_step(model, optimizer, x, y)


def _ours(device): return 'torch' if device == 'cpu' else device


def _need_compiler():
    if not any(map(which, (os.environ.get('CXX', 'c++'), 'g++', 'clang++'))): raise Missing('no C++ compiler')


@dataclass(frozen=True)
class Contender:
    title: str
    start: Callable            # workload, device -> run
    memory: Callable = None    # run -> bytes, in main memory
    quick: bool = True         # takes part if there is little time: no torch.compile, whose compiler takes minutes


CONTENDERS = {
    'eager': Contender('PyTorch eager', eager, memory.allocated),
    'compile': Contender('torch.compile(model)', model_compiled, memory.allocated, quick=False),
    'func': Contender('torch.func step, compiled', functional, memory.allocated, quick=False),
    'numpy': Contender('minidl, NumPy arrays', on_numpy, memory.traced),
    'torch': Contender('minidl, torch arrays', on_torch, memory.allocated),
    'compiled': Contender('minidl, compiled step', compiled, memory.allocated, quick=False),
    'hand': Contender('NumPy by hand', by_hand, memory.traced),
    'autograd': Contender('HIPS autograd', peers.hips, memory.traced),
    'mygrad': Contender('MyGrad', peers.mygrad, memory.traced),
    'tinygrad': Contender('tinygrad, JIT', peers.tinygrad, quick=False),
    'jax': Contender('JAX, jit', peers.jax)}
