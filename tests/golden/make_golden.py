"""Writes golden.json: where PyTorch's optimizers go in 50 steps, in float64, and the rates that its schedulers give.

Run it only when a case is added; the tests read the file and need no PyTorch:

    python -m venv torch-env && torch-env/bin/pip install torch==2.13.0
    torch-env/bin/python tests/golden/make_golden.py

The losses are written here once more, for PyTorch to differentiate: nothing of gdcourse takes part.
"""

import json
from pathlib import Path

import torch

STEPS = 50
ROWS = [*range(11), 20, 30, 40, 50]  # the steps that are stored: an error in any step moves all later ones

LOSSES = {
    "ravine": lambda x, y: 0.5 * x**2 + 50 * y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
}
STARTS = {"ravine": (1.0, 1.0), "rosenbrock": (-1.2, 1.0), "himmelblau": (0.5, -1.5)}

sgd, optim = torch.optim.SGD, torch.optim
OPTIMIZERS = {  # our key -> PyTorch's optimizer from our settings
    "gradient-descent": lambda w, rate: sgd(w, lr=rate),
    "momentum": lambda w, rate, beta: sgd(w, lr=rate, momentum=beta),
    "nesterov": lambda w, rate, beta: sgd(w, lr=rate, momentum=beta, nesterov=True),
    "adagrad": lambda w, rate, eps: optim.Adagrad(w, lr=rate, eps=eps),
    "rmsprop": lambda w, rate, beta, eps: optim.RMSprop(w, lr=rate, alpha=beta, eps=eps),
    "adam": lambda w, rate, beta1, beta2, eps: optim.Adam(w, lr=rate, betas=(beta1, beta2), eps=eps),
    "amsgrad": lambda w, rate, beta1, beta2, eps: optim.Adam(w, lr=rate, betas=(beta1, beta2), eps=eps, amsgrad=True),
    "adamw": lambda w, rate, beta1, beta2, eps, weight_decay: optim.AdamW(
        w, lr=rate, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay
    ),
}
SETTINGS = {
    "gradient-descent": [{"rate": 0.0005}, {"rate": 0.001}, {"rate": 0.0015}],
    "momentum": [{"rate": 0.001, "beta": 0.9}, {"rate": 0.0005, "beta": 0.5}, {"rate": 0.0002, "beta": 0.99}],
    "nesterov": [{"rate": 0.001, "beta": 0.9}, {"rate": 0.0005, "beta": 0.5}, {"rate": 0.0002, "beta": 0.99}],
    "adagrad": [{"rate": 0.01, "eps": 1e-10}, {"rate": 0.5, "eps": 1e-10}, {"rate": 0.1, "eps": 0.5}],
    "rmsprop": [
        {"rate": 0.01, "beta": 0.9, "eps": 1e-8},
        {"rate": 0.01, "beta": 0.99, "eps": 1e-8},
        {"rate": 0.05, "beta": 0.5, "eps": 0.5},
    ],
}
ADAM = [
    {"rate": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    {"rate": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    {"rate": 0.05, "beta1": 0.5, "beta2": 0.9, "eps": 0.5},
]
SETTINGS |= {"adam": ADAM, "amsgrad": ADAM}
SETTINGS["adamw"] = [{**adam, "weight_decay": decay} for adam, decay in zip(ADAM, (0.01, 0.1, 0.5), strict=True)]

schedulers = torch.optim.lr_scheduler
SCHEDULES = [  # our key, our settings, PyTorch's scheduler
    ("constant", {}, lambda o: schedulers.ConstantLR(o, factor=1.0)),
    ("step", {"every": 15, "factor": 0.3}, lambda o: schedulers.StepLR(o, step_size=15, gamma=0.3)),
    ("exponential", {"factor": 0.95}, lambda o: schedulers.ExponentialLR(o, gamma=0.95)),
    ("cosine", {"steps": 50, "end": 0.0}, lambda o: schedulers.CosineAnnealingLR(o, T_max=50)),
    ("cosine", {"steps": 60, "end": 0.1}, lambda o: schedulers.CosineAnnealingLR(o, T_max=60, eta_min=0.1 * RATE)),
    ("warm-up", {"steps": 8}, lambda o: schedulers.LinearLR(o, start_factor=1 / 8, total_iters=7)),
]
RATE = 0.1


def walk(key, settings, landscape):
    """Points of the stored steps."""
    w = torch.tensor(STARTS[landscape], dtype=torch.float64, requires_grad=True)
    optimizer = OPTIMIZERS[key]([w], **settings)
    points = [w.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        LOSSES[landscape](*w).backward()
        optimizer.step()
        points.append(w.tolist())
    return [points[k] for k in ROWS]


def scheduled(scheduler):
    """Rates of the steps, and the stored points of Adam on himmelblau walked with them."""
    w = torch.tensor(STARTS["himmelblau"], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=RATE)
    schedule = scheduler(optimizer)
    rates, points = [], [w.tolist()]
    for _ in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.zero_grad()
        LOSSES["himmelblau"](*w).backward()
        optimizer.step()
        schedule.step()
        points.append(w.tolist())
    return rates, [points[k] for k in ROWS]


def main():
    """Write the file, one case a line."""
    walks = [
        {"optimizer": key, "settings": settings, "landscape": landscape, "points": walk(key, settings, landscape)}
        for key in OPTIMIZERS
        for settings in SETTINGS[key]
        for landscape in LOSSES
    ]
    schedules = []
    for key, settings, scheduler in SCHEDULES:
        rates, points = scheduled(scheduler)
        schedules.append({"schedule": key, "settings": settings, "rates": rates, "points": points})
    lines = [json.dumps(case) for case in walks], [json.dumps(case) for case in schedules]
    walks_text, schedules_text = (",\n".join(part) for part in lines)
    head = f'"torch": "{torch.__version__}", "rows": {ROWS}, "rate": {RATE}, "starts": {json.dumps(STARTS)}'
    text = f'{{{head},\n"walks": [\n{walks_text}\n],\n"schedules": [\n{schedules_text}\n]}}\n'
    Path(__file__).with_name("golden.json").write_text(text)


if __name__ == "__main__":
    main()
