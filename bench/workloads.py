"""Five trainings, each one definition that PyTorch and minidl both run: their modules have the same names.

A model is a function of the library and returns its module. `Workload.start` draws the same weights and batch for
everyone as NumPy arrays, `training` makes of them the usual step of the library.
"""
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

import minidl


def perceptron(library, *sizes):
    "Fully connected layers of `sizes` units, with ReLU between them"
    nn = library.nn
    layers = [layer for i, o in zip(sizes, sizes[1:]) for layer in (nn.Linear(i, o), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def lenet(library):
    "LeNet-5 with max pooling, for images (n, 1, 28, 28)"
    nn = library.nn
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def residual(library, channels=(16, 32, 64)):
    "A convolution, then a residual block with batch norm for each of `channels`; for images (n, 1, 28, 28)"
    nn, F = library.nn, library.nn.functional

    def convolution(i, o, size, stride=1):
        return nn.Sequential(nn.Conv2d(i, o, size, stride, padding=size//2, bias=False), nn.BatchNorm2d(o))

    class Block(nn.Module):
        def __init__(self, i, o, stride):
            super().__init__()
            self.first, self.second = convolution(i, o, 3, stride), convolution(o, o, 3)
            self.shortcut = convolution(i, o, 1, stride)

        def forward(self, x): return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))

    blocks = [Block(i, o, 2) for i, o in zip((channels[0], *channels), channels)]
    return nn.Sequential(convolution(1, channels[0], 3), nn.ReLU(), *blocks,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels[-1], 10))


def gpt(library, layers=4, heads=4, width=128, context=64, vocabulary=65):
    "A transformer in the manner of GPT-2, for tokens (n, context): returns logits (n*context, vocabulary)"
    nn, F = library.nn, library.nn.functional

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.joint, self.project = nn.Linear(width, 3*width), nn.Linear(width, width)

        def forward(self, x):
            n, length, _ = x.shape
            q, k, v = [a.view(n, length, heads, width//heads).transpose(1, 2) for a in self.joint(x).split(width, 2)]
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.project(y.transpose(1, 2).reshape(n, length, width))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.attention = nn.LayerNorm(width), Attention()
            self.norm2 = nn.LayerNorm(width)
            self.perceptron = nn.Sequential(nn.Linear(width, 4*width), nn.GELU(), nn.Linear(4*width, width))

        def forward(self, x):
            x = x + self.attention(self.norm1(x))
            return x + self.perceptron(self.norm2(x))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
            self.blocks = nn.Sequential(*[Block() for _ in range(layers)])
            self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, vocabulary, bias=False)

        def forward(self, x):
            x = self.blocks(self.tokens(x) + self.positions.weight)
            return self.head(self.norm(x)).flatten(0, 1)

    return GPT()


@dataclass(frozen=True)
class Workload:
    "A training: a model, a batch of what shape, and an optimizer"
    title: str
    model: Callable            # library -> module that returns logits (rows, classes)
    shape: tuple               # of the batch
    classes: int = 10
    optimizer: str = 'SGD'
    options: dict = field(default_factory=lambda: {'lr': 0.01})
    attention: int = 0         # multiply-adds in a forward pass that no layer's weights show
    tokens: bool = False       # the batch is of whole numbers below `classes`, each with a target of its own
    network: str = 'perceptron'              # its name in `peers`, which has the networks as functions of the weights
    needs: tuple = ('linear', 'relu')        # the functions that it takes from a library

    def start(self):
        "Returns the weights (name -> array), the batch and its targets, the same each time, as NumPy arrays"
        rng = np.random.default_rng(0)
        minidl.manual_seed(0)
        state = {name: a.numpy().copy() for name, a in self.model(minidl).state_dict().items()}
        if self.tokens: x, targets = rng.integers(0, self.classes, self.shape), self.shape[0]*self.shape[1]
        else: x, targets = rng.standard_normal(self.shape, np.float32), self.shape[0]
        return state, x, rng.integers(0, self.classes, targets)

    def operations(self):
        """Returns the floating-point operations of a step's products, a multiply-add as two.

        Each layer's product comes three times: forward, for the gradient by the weights, and for that by the input,
        which the first layer does not need if the batch is not tokens.
        """
        model, products = self.model(minidl), []
        nn = minidl.nn
        for module in model.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d)):
                module.register_forward_hook(
                    lambda layer, _, y: products.append(y.numel()*layer.weight.numel()//layer.weight.shape[0]))
        _, x, _ = self.start()
        with minidl.no_grad(): model(minidl.tensor(x))
        return 2*(3*(sum(products) + self.attention) - (0 if self.tokens else products[0]))


WORKLOADS = {
    'mlp-small': Workload('MLP 784-50-10, batch 64, SGD', lambda m: perceptron(m, 784, 50, 10), (64, 784)),
    'mlp-large': Workload('MLP 784-512-256-10, batch 512, SGD',
                          lambda m: perceptron(m, 784, 512, 256, 10), (512, 784)),
    'lenet': Workload('LeNet-5, batch 64, SGD', lenet, (64, 1, 28, 28), network='lenet',
                      needs=('linear', 'relu', 'conv', 'max_pool')),
    'residual': Workload('residual network, batch 64, SGD with momentum', residual, (64, 1, 28, 28),
                         options={'lr': 0.01, 'momentum': 0.9}, network='residual',
                         needs=('linear', 'relu', 'conv', 'batch_norm')),
    'gpt': Workload('GPT, 4 layers, width 128, context 64, batch 12, AdamW', gpt, (12, 64), 65, 'AdamW',
                    {'lr': 3e-4}, attention=2*4*12*64*64*128, tokens=True, network='gpt',
                    needs=('linear', 'gelu', 'layer_norm', 'attention', 'embedding'))}


def training(library, workload, device='cpu', compiled=None):
    """Returns the step, a function of a batch that returns the loss, the batch, and the model.

    `compiled`, if given, is applied to the model before it is trained.
    """
    state, x, y = workload.start()
    model = workload.model(library)
    model.load_state_dict({name: library.tensor(a) for name, a in state.items()})
    model.to(device)
    optimizer = getattr(library.optim, workload.optimizer)(model.parameters(), **workload.options)
    forward, cross_entropy = compiled(model) if compiled else model, library.nn.functional.cross_entropy

    def step(x, y):
        loss = cross_entropy(forward(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return step, (library.tensor(x, device=device), library.tensor(y, device=device)), model
