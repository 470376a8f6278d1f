"""The same trainings in other libraries: networks as functions of the weights, with the names of the modules' states.

A network takes the library's functions `m`, the weights `p` by name, and the batch. Batch norm's running statistics,
which nothing reads while training, are left out.
"""
from functools import partial
from importlib import import_module
from math import sqrt
from types import SimpleNamespace

import numpy as np


class Missing(Exception):
    "A contender that cannot take part, and why"


def need(module):
    "Returns the module. Raises `Missing` if it is not installed, or does not work here"
    try: return import_module(module)
    except Exception as e: raise Missing(f'{module.split(".")[0]}: {type(e).__name__}, {e}') from e


# The networks

def perceptron(m, p, x):
    "As `workloads.perceptron`"
    for i in range(0, len(p), 2):
        x = m.linear(m.relu(x) if i else x, p[f'{i}.weight'], p[f'{i}.bias'])
    return x


def lenet(m, p, x):
    "As `workloads.lenet`"
    x = m.max_pool(m.relu(m.conv(x, p['0.weight'], p['0.bias'], padding=2)))
    x = m.max_pool(m.relu(m.conv(x, p['3.weight'], p['3.bias']))).reshape(len(x), -1)
    x = m.relu(m.linear(x, p['7.weight'], p['7.bias']))
    x = m.relu(m.linear(x, p['9.weight'], p['9.bias']))
    return m.linear(x, p['11.weight'], p['11.bias'])


def residual(m, p, x):
    "As `workloads.residual`"
    def convolution(name, x, stride=1):
        weight = p[f'{name}.0.weight']
        x = m.conv(x, weight, None, stride, weight.shape[2]//2)
        return m.batch_norm(x, p[f'{name}.1.weight'], p[f'{name}.1.bias'])
    x = m.relu(convolution('0', x))
    for i in 2, 3, 4:
        y = convolution(f'{i}.second', m.relu(convolution(f'{i}.first', x, 2)))
        x = m.relu(y + convolution(f'{i}.shortcut', x, 2))
    return m.linear(x.mean((2, 3)), p['7.weight'], p['7.bias'])


def gpt(m, p, x, layers=4, heads=4):
    "As `workloads.gpt`"
    def linear(name, x): return m.linear(x, p[f'{name}.weight'], p[f'{name}.bias'])
    def norm(name, x): return m.layer_norm(x, p[f'{name}.weight'], p[f'{name}.bias'])
    n, length = x.shape
    x = m.embedding(x, p['tokens.weight']) + p['positions.weight']
    width = x.shape[-1]
    for i in range(layers):
        joint = linear(f'blocks.{i}.attention.joint', norm(f'blocks.{i}.norm1', x))
        q, k, v = [joint[..., j*width:(j + 1)*width].reshape(n, length, heads, -1) for j in range(3)]
        x = x + linear(f'blocks.{i}.attention.project', m.attention(q, k, v).reshape(n, length, width))
        y = m.gelu(linear(f'blocks.{i}.perceptron.0', norm(f'blocks.{i}.norm2', x)))
        x = x + linear(f'blocks.{i}.perceptron.2', y)
    return m.linear(norm('norm', x), p['head.weight']).reshape(n*length, -1)


NETWORKS = {'perceptron': perceptron, 'lenet': lenet, 'residual': residual, 'gpt': gpt}


def network(workload, m):
    "Returns the workload's network for the functions `m`. Raises `Missing` if one of them is not there"
    lacking = set(workload.needs) - set(dir(m))
    if lacking: raise Missing(f'{", ".join(sorted(lacking))}: not written here')
    return NETWORKS[workload.network]


# The optimizers, as functions that change nothing

def moments(workload, weights, zero):
    "What the optimizer remembers before the first step; `zero` is a 0 of the library"
    still = {name: w*0 for name, w in weights.items()}
    if workload.optimizer == 'AdamW': return {'steps': zero, 'first': still, 'second': still}
    return still if 'momentum' in workload.options else {}


def update(workload, weights, gradients, moments):
    "Returns new weights and moments"
    return (adamw if workload.optimizer == 'AdamW' else sgd)(weights, gradients, moments, **workload.options)


def sgd(weights, gradients, moments, lr, momentum=0):
    "Stochastic gradient descent"
    if momentum: gradients = moments = {name: momentum*moments[name] + g for name, g in gradients.items()}
    return {name: w - lr*gradients[name] for name, w in weights.items()}, moments


def adamw(weights, gradients, moments, lr, betas=(0.9, 0.999), eps=1e-8, decay=1e-2):
    "Loshchilov and Hutter, Decoupled weight decay regularization, 2017, arXiv:1711.05101"
    steps, (b1, b2) = moments['steps'] + 1, betas
    first = {name: b1*m + (1 - b1)*gradients[name] for name, m in moments['first'].items()}
    second = {name: b2*v + (1 - b2)*gradients[name]**2 for name, v in moments['second'].items()}
    rate, scale = lr/(1 - b1**steps), (1 - b2**steps)**0.5
    weights = {name: w*(1 - lr*decay) - rate*first[name]/(second[name]**0.5/scale + eps) for name, w in weights.items()}
    return weights, {'steps': steps, 'first': first, 'second': second}


# The libraries

def _start(workload):
    "The weights without buffers, and the batch"
    state, x, y = workload.start()
    return {name: a for name, a in state.items() if 'running' not in name and 'batches' not in name}, x, y


def hips(workload, device):
    if device != 'cpu': raise Missing('on NumPy arrays')
    value_and_grad, xp = need('autograd').value_and_grad, need('autograd.numpy')
    special, convolve = need('autograd.scipy.special'), need('autograd.scipy.signal').convolve   # with SciPy

    def conv(x, w, b, stride=1, padding=0):
        if padding: x = xp.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), 'constant')
        y = convolve(x, w[:, :, ::-1, ::-1], axes=((2, 3), (2, 3)), dot_axes=((1,), (1,)), mode='valid')
        return y[:, :, ::stride, ::stride] + (0 if b is None else b[:, None, None])
    def max_pool(x):
        n, channels, height, width = x.shape
        return xp.max(x.reshape(n, channels, height//2, 2, width//2, 2), axis=(3, 5))
    def normalized(x, axes):
        x = x - xp.mean(x, axes, keepdims=True)
        return x/(xp.mean(x*x, axes, keepdims=True) + np.float32(1e-5))**0.5
    def attention(q, k, v):
        q, k, v = [xp.swapaxes(a, 1, 2) for a in (q, k, v)]
        scores = q @ xp.swapaxes(k, 2, 3)/np.float32(sqrt(q.shape[-1]))
        scores = xp.where(np.tri(q.shape[2], dtype=bool), scores, np.float32(-1e9))
        weights = xp.exp(scores - special.logsumexp(scores, axis=3, keepdims=True))
        return xp.swapaxes(weights @ v, 1, 2)
    def cross_entropy(x, y): return xp.mean(special.logsumexp(x, axis=1) - x[np.arange(len(y)), y])
    m = SimpleNamespace(
        linear=lambda x, w, b=0: xp.dot(x, w.T) + b, relu=lambda x: xp.maximum(x, 0), conv=conv,
        gelu=lambda x: x*(1 + special.erf(x*np.float32(sqrt(0.5))))/2, max_pool=max_pool, attention=attention,
        batch_norm=lambda x, w, b: normalized(x, (0, 2, 3))*w[:, None, None] + b[:, None, None],
        layer_norm=lambda x, w, b: normalized(x, -1)*w + b, embedding=lambda i, w: w[i])
    forward, (weights, x, y) = network(workload, m), _start(workload)
    step = value_and_grad(lambda weights: cross_entropy(forward(m, weights, x), y))
    now = weights, moments(workload, weights, 0)
    def run():
        nonlocal now
        loss, gradients = step(now[0])
        now = update(workload, now[0], gradients, now[1])
        return loss
    return run


def mygrad(workload, device):
    if device != 'cpu': raise Missing('on NumPy arrays')
    mg, nnet = need('mygrad'), need('mygrad.nnet')

    def conv(x, w, b, stride=1, padding=0):
        y = nnet.conv_nd(x, w, stride=1, padding=padding)[:, :, ::stride, ::stride]   # it takes no stride with a rest
        return y if b is None else y + b.reshape(1, -1, 1, 1)
    m = SimpleNamespace(linear=lambda x, w, b: mg.matmul(x, w.T) + b, relu=nnet.relu, conv=conv,
                        max_pool=lambda x: nnet.max_pool(x, (2, 2), 2),
                        batch_norm=lambda x, w, b: nnet.batchnorm(x, gamma=w, beta=b, eps=1e-5))
    forward, (weights, x, y) = network(workload, m), _start(workload)
    weights = {name: mg.tensor(w) for name, w in weights.items()}
    memory = moments(workload, {name: w.data for name, w in weights.items()}, 0)
    def run():
        nonlocal memory
        loss = nnet.softmax_crossentropy(forward(m, weights, x), y)
        loss.backward()
        new, memory = update(workload, {name: w.data for name, w in weights.items()},
                             {name: w.grad for name, w in weights.items()}, memory)
        for name, w in weights.items(): w.data[...] = new[name]
        return loss
    return run


def jax(workload, device):
    need('jax')
    import jax
    if device != 'cpu': raise Missing('measured on the CPU only')
    jnp, lax = jax.numpy, jax.lax

    def conv(x, w, b, stride=1, padding=0):
        y = lax.conv_general_dilated(x, w, (stride, stride), [(padding, padding)]*2)
        return y if b is None else y + b[:, None, None]
    def normalized(x, axes):
        return (x - x.mean(axes, keepdims=True))*lax.rsqrt(x.var(axes, keepdims=True) + 1e-5)
    m = SimpleNamespace(
        linear=lambda x, w, b=0: x @ w.T + b, relu=jax.nn.relu, conv=conv, gelu=partial(jax.nn.gelu, approximate=False),
        max_pool=lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), 'VALID'),
        batch_norm=lambda x, w, b: normalized(x, (0, 2, 3))*w[:, None, None] + b[:, None, None],
        layer_norm=lambda x, w, b: normalized(x, -1)*w + b, embedding=lambda i, w: w[i],
        attention=partial(jax.nn.dot_product_attention, is_causal=True))
    forward, (weights, x, y) = network(workload, m), _start(workload)

    def loss(weights, x, y):
        scores = jax.nn.log_softmax(forward(m, weights, x))
        return -jnp.take_along_axis(scores, y[:, None], 1).mean()

    @partial(jax.jit, donate_argnums=(0, 1))
    def step(weights, moments, x, y):
        value, gradients = jax.value_and_grad(loss)(weights, x, y)
        return value, *update(workload, weights, gradients, moments)

    place = partial(jax.device_put, device=jax.devices('cpu')[0])
    weights, x, y = place(weights), place(x), place(y)
    now = place((weights, jax.tree.map(jnp.copy, moments(workload, weights, jnp.zeros(())))))   # donated: each its own
    def run():
        nonlocal now
        value, *now = jax.block_until_ready(step(*now, x, y))
        return value
    return run


def tinygrad(workload, device):
    if device != 'cpu': raise Missing('measured on the CPU only')
    need('tinygrad.nn.optim')
    from tinygrad import Context, Device, Tensor, TinyJit
    from tinygrad.nn import optim
    try: Tensor([1.], device='CPU').exp().realize()
    except Exception as e: raise Missing(f'tinygrad: {type(e).__name__}, {e}') from e   # it wants clang

    def batch_norm(x, w, b):
        return x.batchnorm(w, b, x.mean((0, 2, 3)), (x.var((0, 2, 3), correction=0) + 1e-5).rsqrt())
    def attention(q, k, v):
        q, k, v = [a.transpose(1, 2) for a in (q, k, v)]
        return q.scaled_dot_product_attention(k, v, is_causal=True).transpose(1, 2)
    m = SimpleNamespace(
        linear=lambda x, w, b=None: x.linear(w.T, b), relu=Tensor.relu,
        conv=lambda x, w, b, stride=1, padding=0: x.conv2d(w, b, stride=stride, padding=padding),
        gelu=lambda x: 0.5*x*(1 + (x*sqrt(0.5)).erf()), max_pool=lambda x: x.max_pool2d((2, 2)), batch_norm=batch_norm,
        layer_norm=lambda x, w, b: x.layernorm()*w + b, embedding=lambda i, w: w[i], attention=attention)
    forward, (weights, x, y) = network(workload, m), _start(workload)
    weights = {name: Tensor(w, device='CPU') for name, w in weights.items()}
    x, y = Tensor(x, device='CPU'), Tensor(y.astype(np.int32), device='CPU')
    optimizer = getattr(optim, workload.optimizer)([*weights.values()], **workload.options)

    @TinyJit
    def step(x, y):
        optimizer.zero_grad()
        loss = forward(m, weights, x).sparse_categorical_crossentropy(y).backward()
        return loss.realize(*optimizer.schedule_step())

    def run():
        with Context(TRAINING=1): loss = step(x, y)
        Device['CPU'].synchronize()
        return loss
    return run
