"""A convolution and an ACDA layer of one channel on their way to the browser: what js/detection.js unpacks."""

import copy
from typing import Any

import torch
from torch import nn

from acda_core.bases import multiscale_bases
from acda_core.course.widgets.packing import pack, pack_rounded
from acda_core.generators import AtomGenerator
from acda_core.layers import ACDAConv2d


def pack_layers(conv: nn.Conv2d, acda: ACDAConv2d) -> tuple[dict[str, Any], dict[str, str], dict[str, nn.Module]]:
    """Sizes and weights of two layers, and these layers, "conv" and "acda", in float64 with the weights as packed.

    Phi's largest tensor, `large_weights`, is rounded to whole multiples of sizes["scale"], by 8 bits a number.

    Args:
        conv: from one channel to one.
        acda: the same, with kernels of the same size, all scales of six bases, and an AtomGenerator without norm and
            squash.
    """
    phi = acda.generator
    assert isinstance(phi, AtomGenerator)
    large_weights, scale, large = pack_rounded(phi.conv_b.weight)
    zero = acda.A.new_zeros(1)
    conv_bias, acda_bias = (zero if layer.bias is None else layer.bias for layer in (conv, acda))
    others = [conv.weight, conv_bias, *phi.conv_a.parameters(), phi.conv_b.bias, acda.A, acda_bias]
    sizes = {
        "kernel": acda.geometry.kernel_size,
        "atoms": acda.num_atoms,
        "hidden": phi.conv_a.out_channels,
        "first": phi.kernel_sizes[0],
        "second": phi.kernel_sizes[1],
        "scale": scale,
    }
    packed = {"weights": pack(one for one in others if one is not None), "large_weights": large_weights}
    rounded = copy.deepcopy(acda).cpu().double()
    rounded.psi = torch.tensor(multiscale_bases(acda.geometry.kernel_size))
    with torch.no_grad():
        rounded.get_parameter("generator.conv_b.weight").copy_(large)
    return sizes, packed, {"conv": copy.deepcopy(conv).cpu().double(), "acda": rounded}
