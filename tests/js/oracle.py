"""Write what Python computes of all that the widgets compute too: the JavaScript tests compare with it."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from acda_core import ACDAConv2d, AtomGenerator
from acda_core.bases import bessel_indices, multiscale_bases
from acda_core.course.widgets import CostCalculator, Hero, Operators, TrainHere, random
from acda_core.course.widgets.detector import SIDES, TOOLS, stamp
from acda_core.course.widgets.packing import pack, pack_photograph, pack_rounded
from acda_core.course.widgets.seven_operators import OPERATORS, taps
from acda_core.course.widgets.train_here import _in_order
from acda_core.experiments import hero as experiment
from acda_core.experiments.statistics import rank_correlation

SETTINGS: dict[str, dict[str, Any]] = {
    "start": {},
    "paper's generator": {"first_size": 1, "hidden_channels": 64, "seed": 3},
    "one atom of one basis": {"num_atoms": 1, "num_bases": 1, "hidden_channels": 8, "noise": 0.5, "momentum": 0.0},
    "two scales": {"num_atoms": 4, "num_bases": 3, "scales": [3, 7], "hidden_channels": 16, "noise": 0.0, "seed": 9999},
    "one pattern at the border": {"places": [[3, 36, 7]], "scales": [5], "num_atoms": 2, "momentum": 0.99},
}
STEPS = 20


def numbers(tensor: torch.Tensor) -> list[float]:
    return tensor.detach().double().flatten().tolist()


def bases() -> dict[str, Any]:
    psi = {size: numbers(torch.tensor(multiscale_bases(size))) for size in (3, 5, 7, 9)}
    return {"indices": bessel_indices(6), "psi": psi}


def draws() -> list[dict[str, Any]]:
    index = np.arange(50)
    return [
        {
            "seed": seed,
            "stream": stream,
            "uniform": random.uniform(seed, stream, index).tolist(),
            "normal": random.normal(seed, stream, index).tolist(),
            "integer": random.integer(seed, stream, index, 201).tolist(),
        }
        for seed, stream in ((0, 0), (7, 3), (9999, 8))
    ]


def layers() -> list[dict[str, Any]]:
    """Small ACDA layers of two channels in and three out, their parameters, and what they make of an input."""
    torch.manual_seed(0)
    found = []
    for size, stride, padding in ((3, 1, "zero"), (5, 2, "zero"), (5, 1, "circular")):
        phi = AtomGenerator(2, 2, 6 * (size // 2), 4, (1, 3), stride=stride)
        torch.nn.init.normal_(phi.conv_b.weight)
        layer = ACDAConv2d(2, 3, size, stride, size // 2, num_atoms=2, generator=phi).double()
        layer.psi = torch.tensor(multiscale_bases(size))
        x = torch.randn(1, 2, 8, 8, dtype=torch.float64)
        margin = 8 if padding == "circular" else 0
        whole = layer(F.pad(x, [margin] * 4, mode="circular") if margin else x)
        crop = slice(margin, margin + 8 // stride)
        last = layer.A.flatten(1), layer.get_parameter("bias")
        parameters = [*phi.parameters(), *last]
        found.append(
            {
                **{"size": size, "stride": stride, "padding": padding, "x": numbers(x)},
                "parameters": [numbers(one) for one in parameters],
                "output": numbers(whole[..., crop, crop]),
            }
        )
    return found


def training(settings: dict[str, Any]) -> dict[str, Any]:
    """The map, what the first layers answer, their gradients, and their losses and weights after some steps."""
    widget = TrainHere(**settings)
    image, target = widget.image(), widget.target()
    fresh, answers = widget.layers(), {}
    for name, layer in fresh.items():
        answer = layer(image[None, None])
        F.mse_loss(answer, target[None, None]).backward()
        answers[name] = numbers(answer)
    losses, trained = widget.train(STEPS)
    return {
        "state": widget.state(),
        **{"image": numbers(image), "target": numbers(target), "answers": answers, "losses": losses},
        "gradients": [numbers(one.grad) for one in _in_order(fresh["conv"], fresh["acda"]) if one.grad is not None],
        "weights": [numbers(one) for one in _in_order(trained["conv"], trained["acda"])],
    }


def costs(seed: int) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    size = int(draw.choice([3, 5, 7, 9]))
    largest = {"in_channels": 1024, "out_channels": 1024, "height": 512, "width": 512, "images": 64}
    largest |= {"num_atoms": 12, "num_bases": 6, "hidden_channels": 256, "num_scales": size // 2}
    if seed == 0:  # the largest setting
        size, sizes = 9, {**largest, "num_scales": 4}
    else:
        sizes = {name: int(np.exp(draw.uniform(0, np.log(most + 0.99)))) for name, most in largest.items()}
    calculator = CostCalculator(kernel_size=size, **sizes)
    saved = calculator.saved_bytes()
    forms = {
        name: {"parameters": one.parameters, "multiply_adds": one.multiply_adds, "saved_bytes": saved[name]}
        for name, one in calculator.costs().items()
    }
    return {"state": calculator.state(), "forms": forms}


def packing() -> dict[str, Any]:
    torch.manual_seed(1)
    weights, levels = torch.randn(3, 7), torch.randint(0, 64, (5, 6))
    text, unit, rounded = pack_rounded(weights)
    return {
        "numbers": {"text": pack([weights]), "values": numbers(weights)},
        "rounded": {"text": text, "unit": unit, "values": numbers(rounded)},
        "photograph": {"text": pack_photograph(levels.numpy().astype(np.uint8)), "values": levels.flatten().tolist()},
    }


def hero() -> dict[str, Any]:
    """What the layer of the front page, as it is stored, makes of some pixels and of the whole picture, in float32."""
    widget, layer = Hero(), experiment.trained().acda
    image = widget.image().float()[None, None]
    with torch.no_grad():
        alpha, answered = layer.coefficients(image)[0], layer(image)[0, 0]
        D = torch.einsum("mkhw,kuv->hwmuv", alpha, layer.psi)
        K = torch.einsum("m,hwmuv->hwuv", layer.A[0, 0], D)
    places = [(0, 0), (63, 95), (0, 95), (25, 17), (54, 82), (31, 40)]
    pixels = [
        {
            **{"row": row, "column": column, "alpha": numbers(alpha[:, :, row, column])},
            **{"atoms": numbers(D[row, column]), "filter": numbers(K[row, column])},
            "output": float(answered[row, column]),
        }
        for row, column in places
    ]
    return {"state": widget.state(), "pixels": pixels, "output": numbers(answered)}


def operators() -> dict[str, Any]:
    """The filters of some pixels under seven operators, on the photograph as it is and darkened."""
    widget, found = Operators(), []
    for dark in (False, True):
        widget.dark = dark
        for row, column in ((0, 0), (63, 95), (12, 33), (40, 70)):
            place = widget.image(), row, column
            filters = {name: [numbers(one) for one in operator.filters(*place)] for name, operator in OPERATORS.items()}
            found.append(
                {"dark": dark, "row": row, "column": column, "filters": filters, "taps": taps(*place).tolist()}
            )
    return {"state": Operators().state(), "pixels": found}


def correlations() -> list[dict[str, Any]]:
    torch.manual_seed(2)
    pairs = [(torch.randn(20), torch.randn(20)), (torch.randint(0, 4, (30,)), torch.randint(0, 4, (30,)))]
    return [{"one": a.tolist(), "other": b.tolist(), "rho": rank_correlation(a.double(), b.double())} for a, b in pairs]


def oracle() -> dict[str, Any]:
    stamps = {kind: {side: stamp(kind, side).flatten().tolist() for side in SIDES} for kind in TOOLS[3:]}
    return {
        **{
            "bases": bases(),
            "hero": hero(),
            "operators": operators(),
            "draws": draws(),
            "layers": layers(),
            "stamps": stamps,
            "packing": packing(),
        },
        **{"costs": [costs(seed) for seed in range(26)], "correlations": correlations()},
        "training": {name: training(settings) for name, settings in SETTINGS.items()},
    }


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(oracle(), allow_nan=False))
