"""Writes training.json: 200 steps of PyTorch on the digits, with every optimizer, in float64.

Run it only when a case is added; the tests read the file and need no PyTorch:

    python -m venv torch-env && torch-env/bin/pip install torch==2.13.0 numpy
    torch-env/bin/python tests/golden/make_training.py

Data, first weights and mini-batches are made by short rules, written here once more: nothing of gdcourse takes part
but its file of digits. PyTorch differentiates.
"""

import json
from itertools import pairwise
from pathlib import Path

import torch
from make_golden import OPTIMIZERS

STEPS, BATCH = 200, 32
NETWORKS = {"one hidden layer": [64, 16, 10], "two hidden layers": [64, 12, 8, 10]}
SETTINGS = {
    "gradient-descent": {"rate": 0.2},
    "momentum": {"rate": 0.05, "beta": 0.9},
    "nesterov": {"rate": 0.05, "beta": 0.9},
    "adagrad": {"rate": 0.05, "eps": 1e-10},
    "rmsprop": {"rate": 0.005, "beta": 0.9, "eps": 1e-8},
    "adam": {"rate": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "amsgrad": {"rate": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adamw": {"rate": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.1},
}


def read_digits():
    """The first 1,000 images, each pixel from −0.5 to 0.5, and their digits."""
    path = Path(__file__).parents[2] / "gdcourse" / "data" / "digits.txt"
    lines = path.read_text().splitlines()[:1000]
    images = [[int(mark, 17) / 16 - 0.5 for mark in line[2:]] for line in lines]
    return torch.tensor(images, dtype=torch.float64), torch.tensor([int(line[0]) for line in lines])


def first_weights(sizes):
    """Scattered numbers from −0.25 to 0.25: weight j is ((7919 j mod 1009)/1009 − ½)/2."""
    count = sum((a + 1) * b for a, b in pairwise(sizes))
    return torch.tensor([((7919 * j % 1009) / 1009 - 0.5) / 2 for j in range(count)], dtype=torch.float64)


def rows_of(step):
    """The samples of a step: 32 of them, every seventh, each step further on."""
    return [(37 * step + 7 * i) % 1000 for i in range(BATCH)]


def scores(w, x, sizes):
    """Layer by layer: the weights of a layer row by row, then its offsets."""
    at = 0
    for number, (a, b) in enumerate(pairwise(sizes)):
        x = x @ w[at : at + a * b].reshape(a, b) + w[at + a * b : at + (a + 1) * b]
        x = torch.relu(x) if number < len(sizes) - 2 else x
        at += (a + 1) * b
    return x


def train(key, sizes):
    """Give the loss of every mini-batch before its step, the sum of all squared weights after it, and some weights."""
    x, y = read_digits()
    w = first_weights(sizes).requires_grad_()
    optimizer = OPTIMIZERS[key]([w], **SETTINGS[key])
    losses, squares = [], []
    for step in range(STEPS):
        rows = rows_of(step)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(scores(w, x[rows], sizes), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        squares.append((w.detach() ** 2).sum().item())
    return {"losses": losses, "squares": squares, "weights": w.detach()[::29].tolist()}


def main():
    """Write the file, one run a line."""
    runs = [
        {"optimizer": key, "settings": SETTINGS[key], "sizes": sizes, **train(key, sizes)}
        for key, sizes in [
            *((key, NETWORKS["one hidden layer"]) for key in SETTINGS),
            ("adam", NETWORKS["two hidden layers"]),
        ]
    ]
    lines = ",\n".join(json.dumps(run) for run in runs)
    Path(__file__).with_name("training.json").write_text(f'{{"torch": "{torch.__version__}", "runs": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
