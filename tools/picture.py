"Draws the picture at the top of the README, `docs/learnt.png`: what goes in, how it learns, what it learnt."
from pathlib import Path

import numpy as np

from minidl import datasets
from minidl.fully_connected import (
    SGD, Linear, ReLU, Sequential, evaluate, minibatches, normalize, train_step)
from minidl.plots import COLORS, subplots


def tiles(images, columns):
    "One large image of small ones, with a line of zeros between them"
    padded = np.pad(images, ((0, 0), (0, 1), (0, 1)))
    n, height, width = padded.shape
    return padded.reshape(n//columns, columns, height, width).swapaxes(1, 2).reshape(-1, columns*width)[:-1, :-1]


splits = datasets.digits()
pixels = splits.train.images.astype(np.float32)
parts = [(normalize(part.images.reshape(-1, 64).astype(np.float32), pixels.mean(), pixels.std()), part.labels)
         for part in splits]
(x, y), valid, test = parts
generator = np.random.default_rng(0)
model = Sequential(Linear(64, 256, generator), ReLU(), Linear(256, 10, generator))
optimizer, start, losses = SGD(model.parameters(), lr=0.1), model.layers[0].weight.data, []
for _ in range(20):
    train = np.mean([train_step(model, optimizer, *batch) for batch in minibatches(x, y, 16, generator)])
    losses.append((train, evaluate(model, *valid)[0]))
learnt = (model.layers[0].weight.data - start).reshape(-1, 8, 8)
strongest = np.argsort(-abs(learnt).max((1, 2)))[:30]

figure, (left, middle, right) = subplots(1, 3, width=11, height=3.2)
left.imshow(tiles(splits.train.images[:30], 6), cmap='gray_r')
left.set_title('what it sees: real digits')
for curve, label, color in zip(zip(*losses), ('training', 'validation'), COLORS):
    middle.plot(range(1, 21), curve, color=color, label=label)
middle.set(title=f'how it learns: {evaluate(model, *test)[1]:.1%} right on the test')
middle.set(xlabel='epoch', ylabel='loss', ylim=(0, None))
middle.legend(frameon=False)
high = abs(learnt[strongest]).max()
right.imshow(tiles(learnt[strongest], 6), cmap='RdBu_r', vmin=-high, vmax=high)
right.set_title('what it has learnt: changes of its weights')
for ax in left, right: ax.axis('off')
figure.savefig(Path(__file__).resolve().parent.parent/'docs'/'learnt.png', dpi=110)
