"""Networks of torchvision, timm and segmentation-models-pytorch, converted and trained a few steps.

python tests/wild/networks.py      (make wild)

For each: how many convolutions were replaced and kept, whether the output has the original's shape, and the loss of the
original and of the converted network, from the same start of the other layers, over some steps on one batch of noise:
the first loss, the last one and the largest. Random weights, random images: this asks whether training is stable.
"""

import contextlib
import copy
import io
import sys
import time
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

import acda_core as acda

STEPS, PIXELS, RATE = 10, 64, 1e-3


def networks() -> dict[str, Callable[[], nn.Module]]:
    import segmentation_models_pytorch as smp
    import timm
    import torchvision

    vision = "vgg11", "resnet18", "densenet121", "mobilenet_v2", "convnext_tiny", "googlenet", "squeezenet1_0"
    models = "resnet26d", "efficientnet_b0", "regnetx_002", "convnextv2_atto", "repvgg_a0", "hrnet_w18_small"
    made: dict[str, Callable[[], nn.Module]] = {}
    for name in vision:
        options = {"init_weights": True, "aux_logits": False} if name == "googlenet" else {}
        made[f"torchvision {name}"] = lambda name=name, options=options: getattr(torchvision.models, name)(
            weights=None, num_classes=10, **options
        )
    made["torchvision deeplabv3"] = lambda: torchvision.models.segmentation.deeplabv3_resnet50(
        weights=None, weights_backbone=None, num_classes=3
    )
    for name in models:
        made[f"timm {name}"] = lambda name=name: timm.create_model(name, pretrained=False, num_classes=10)
    for kind in (smp.Unet, smp.FPN):
        made[f"smp {kind.__name__} resnet18"] = lambda kind=kind: kind("resnet18", encoder_weights=None, classes=3)
    return made


def losses(model: nn.Module, x: Tensor) -> list[float]:
    optimiser = torch.optim.AdamW(model.parameters(), RATE)
    target, found = None, []
    for _ in range(STEPS):
        output = model(x)
        output = output["out"] if isinstance(output, dict) else output
        if target is None:
            target = torch.randn(output.shape, generator=torch.Generator().manual_seed(2))
        loss = nn.functional.mse_loss(output, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        found.append(loss.item())
    return found


def main() -> int:
    warnings.simplefilter("ignore")
    x = torch.randn(2, 3, PIXELS, PIXELS, generator=torch.Generator().manual_seed(1))
    print(f"{'network':30} replaced kept   original: first last largest   converted: first last largest   seconds")
    diverged = 0
    for name, make in networks().items():
        torch.manual_seed(0)
        started, model = time.perf_counter(), make()
        with contextlib.redirect_stdout(io.StringIO()):
            done = acda.convert(copy.deepcopy(model))
        before, after = losses(model, x), losses(done.model, x)
        diverged += not max(after) < 2 * max(before)
        numbers = "   ".join(f"{one[0]:8.3f} {one[-1]:8.3f} {max(one):8.3f}" for one in (before, after))
        seconds = time.perf_counter() - started
        print(f"{name:30} {len(done.replaced):5} {len(done.kept):6}   {numbers}   {seconds:5.0f}", flush=True)
    return int(diverged > 0)


if __name__ == "__main__":
    sys.exit(main())
