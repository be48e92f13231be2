"""Bad inputs: each is refused with what was wrong, what was expected and what arrived."""

import numpy as np
import pytest
import torch
from samples import NAMES, arguments
from torch import nn

import acda_core as acda

GOOD = dict(zip(NAMES, arguments(dtype=torch.float32)[0], strict=True)) | {"stride": 1, "padding": 1}
MAPS = torch.randn(2, 3, 6, 5)
ATOMS = torch.randn(2, 2, 3, 3, 6, 5)
OUTPUTS = torch.randn(2, 3, 2, 6, 5)


def whole(**changes):
    return lambda: acda.acda_conv2d(**(GOOD | changes))


def compose(alpha=GOOD["alpha"], psi=GOOD["psi"]):
    return lambda: acda.compose_atoms(alpha, psi)


def convolve(x=MAPS, D=ATOMS, stride=1, padding=1):
    return lambda: acda.atom_conv(x, D, stride, padding)


def combine(Z_tilde=OUTPUTS, A=GOOD["A"], bias=GOOD["bias"]):
    return lambda: acda.coefficient_conv(Z_tilde, A, bias)


def layer(*sizes, **options):
    return lambda: acda.ACDAConv2d(*(sizes or (3, 4, 3)), **options)


def run(*inputs, **options):
    return lambda: acda.ACDAConv2d(3, 4, 3, **options)(*inputs)


def from_conv(*given, **options):
    return lambda: acda.ACDAConv2d.from_conv(*given, **options)


def generator(*sizes, **options):
    return lambda: acda.AtomGenerator(*(sizes or (3, 2, 6)), **options)


def call(function, *given, **options):
    return lambda: function(*given, **options)


BAD = [
    # bases
    (call(acda.fourier_bessel, 4), ValueError, "`size`", "odd", "got 4"),
    (call(acda.fourier_bessel, 1), ValueError, "`size`", "at least 3", "got 1"),
    (call(acda.fourier_bessel, -3), ValueError, "`size`", "at least 3", "got -3"),
    (call(acda.fourier_bessel, 3.0), TypeError, "`size`", "int", "got 3.0"),
    (call(acda.fourier_bessel, True), TypeError, "`size`", "int", "got True"),
    (call(acda.fourier_bessel, "3"), TypeError, "`size`", "int", "got '3'"),
    (call(acda.fourier_bessel, 3, 7), ValueError, "`num_bases`", "at most 6", "got 7"),
    (call(acda.fourier_bessel, 7, 39), ValueError, "`num_bases`", "at most 38", "got 39"),
    (call(acda.fourier_bessel, 3, 0), ValueError, "`num_bases`", "at least 1", "got 0"),
    (call(acda.fourier_bessel, 3, 2.5), TypeError, "`num_bases`", "int", "got 2.5"),
    (call(acda.fourier_bessel, 3, 6, "none"), ValueError, "`normalization`", '"unit" or "dcfnet"', "got 'none'"),
    (call(acda.fourier_bessel, 3, 6, None), ValueError, "`normalization`", '"unit" or "dcfnet"', "got None"),
    (call(acda.bessel_indices, 0), ValueError, "`num_bases`", "at least 1", "got 0"),
    (call(acda.bessel_indices, "6"), TypeError, "`num_bases`", "int", "got '6'"),
    (call(acda.bessel_indices, 10**9), ValueError, "`num_bases`", "at most", "got 1000000000"),
    (call(acda.bessel_indices, 7, 3), ValueError, "`num_bases`", "at most 6", "got 7"),
    (call(acda.bessel_indices, 6, 6), ValueError, "`size`", "odd", "got 6"),
    (call(acda.multiscale_bases, 6), ValueError, "`kernel_size`", "odd", "got 6"),
    (call(acda.multiscale_bases, 1), ValueError, "`kernel_size`", "at least 3", "got 1"),
    (call(acda.multiscale_bases, (3, 3)), TypeError, "`kernel_size`", "int", "got (3, 3)"),
    (call(acda.multiscale_bases, 7, 7), ValueError, "`num_bases`", "at most 6", "got 7"),
    (call(acda.multiscale_bases, 7, scales=()), ValueError, "`scales`", "at least one", "none"),
    (call(acda.multiscale_bases, 7, scales=(3, 4)), ValueError, "`scales`", "odd", "got 4"),
    (call(acda.multiscale_bases, 7, scales=(5, 3)), ValueError, "`scales`", "increase", "got (5, 3)"),
    (call(acda.multiscale_bases, 7, scales=(3, 3)), ValueError, "`scales`", "increase", "got (3, 3)"),
    (call(acda.multiscale_bases, 5, scales=(3, 7)), ValueError, "`scales`", "5 or below", "got (3, 7)"),
    (call(acda.multiscale_bases, 5, scales=5), TypeError, "`scales`", "list or tuple", "got 5"),
    (call(acda.multiscale_bases, 5, scales="35"), TypeError, "`scales`", "list or tuple", "got '35'"),
    (call(acda.multiscale_bases, 5, scales=(3.0,)), TypeError, "`scales`", "int", "got 3.0"),
    (call(acda.multiscale_bases, 5, normalization="l2"), ValueError, "`normalization`", '"unit"', "got 'l2'"),
    # functional: types
    (whole(x=np.zeros((2, 3, 6, 5))), TypeError, "`x`", "torch.Tensor", "got ndarray"),
    (whole(psi=acda.fourier_bessel(3, 5)), TypeError, "`psi`", "torch.Tensor", "got ndarray"),
    (whole(A=None), TypeError, "`A`", "torch.Tensor", "got NoneType"),
    (whole(x=torch.ones(2, 3, 6, 5, dtype=torch.int64)), TypeError, "`x`", "floating-point", "got torch.int64"),
    (whole(alpha=GOOD["alpha"] + 0j), TypeError, "`alpha`", "floating-point", "got torch.complex64"),
    (whole(psi=GOOD["psi"].double()), TypeError, "`psi`", "torch.float32", "got torch.float64"),
    (whole(bias=GOOD["bias"].half()), TypeError, "`bias`", "torch.float32", "got torch.float16"),
    (whole(A=GOOD["A"].to("meta")), ValueError, "`A`", "cpu", "got meta"),
    (whole(stride=2.0), TypeError, "`stride`", "int", "got 2.0"),
    (whole(stride=(1, 1)), TypeError, "`stride`", "int", "got (1, 1)"),
    (whole(stride=True), TypeError, "`stride`", "int", "got True"),
    (whole(padding="same"), TypeError, "`padding`", "int", "got 'same'"),
    (combine(bias=1.0), TypeError, "`bias`", "torch.Tensor", "got float"),
    (combine(A=[1.0]), TypeError, "`A`", "torch.Tensor", "got list"),
    (compose(alpha=1.0), TypeError, "`alpha`", "torch.Tensor", "got float"),
    (convolve(D=ATOMS.bfloat16()), TypeError, "`D`", "torch.float32", "got torch.bfloat16"),
    # functional: sizes
    (whole(stride=0), ValueError, "`stride`", "at least 1", "got 0"),
    (whole(dilation=0), ValueError, "`dilation`", "at least 1", "got 0"),
    (whole(groups=0), ValueError, "`groups`", "at least 1", "got 0"),
    (whole(groups=2), ValueError, "`groups`", "divide the 3 channels", "got 2"),
    (whole(groups=3), ValueError, "`A`", "(c, 1, 2)", "got (4, 3, 2)"),
    (whole(groups=3, A=torch.zeros(4, 1, 2)), ValueError, "`groups`", "divide the 4 outputs", "got 3"),
    (whole(dilation=4), ValueError, "`x`", "at least 7", "dilation = 4", "got 6 x 5"),
    (whole(dilation=2), ValueError, "`alpha`", "4 x 3", "dilation = 2", "got 6 x 5"),
    (whole(padding=-1), ValueError, "`padding`", "at least 0", "got -1"),
    (whole(x=torch.zeros(3, 6, 5)), ValueError, "`x`", "(n, c', H, W)", "got (3, 6, 5)"),
    (whole(x=torch.zeros(2, 3, 1, 5), padding=0), ValueError, "`x`", "at least 3", "got 1 x 5"),
    (whole(x=torch.zeros(1, 3, 6, 5)), ValueError, "`alpha`", "batch size of `x`, 1", "got 2"),
    (whole(x=torch.zeros(2, 3, 7, 5)), ValueError, "`alpha`", "7 x 5", "got 6 x 5"),
    (whole(padding=0), ValueError, "`alpha`", "4 x 3", "got 6 x 5"),
    (whole(stride=2), ValueError, "`alpha`", "3 x 3", "got 6 x 5"),
    (whole(x=torch.zeros(2, 4, 6, 5)), ValueError, "`A`", "(c, 4, 2)", "got (4, 3, 2)"),
    (whole(psi=torch.zeros(4, 3, 3)), ValueError, "`alpha`", "4 bases", "got 5"),
    (whole(psi=torch.zeros(5, 3, 5)), ValueError, "`psi`", "(k, l, l)", "got (5, 3, 5)"),
    (whole(psi=torch.zeros(5, 4, 4)), ValueError, "kernel size", "odd", "got 4"),
    (whole(alpha=torch.zeros(2, 10, 6, 5)), ValueError, "`alpha`", "(n, m, k, h, w)", "got (2, 10, 6, 5)"),
    (whole(A=torch.zeros(4, 6)), ValueError, "`A`", "(c, 3, 2)", "got (4, 6)"),
    (whole(bias=torch.zeros(5)), ValueError, "`bias`", "(4,)", "got (5,)"),
    (compose(alpha=torch.zeros(2, 6, 5)), ValueError, "`alpha`", "(n, m, k, h, w)", "got (2, 6, 5)"),
    (compose(psi=torch.zeros(6, 3, 3)), ValueError, "`alpha`", "6 bases", "got 5"),
    (convolve(D=torch.zeros(2, 2, 3, 5, 6, 5)), ValueError, "`D`", "(n, m, l, l, h, w)", "got (2, 2, 3, 5, 6, 5)"),
    (convolve(D=torch.zeros(2, 2, 9, 6, 5)), ValueError, "`D`", "(n, m, l, l, h, w)", "got (2, 2, 9, 6, 5)"),
    (convolve(D=torch.zeros(2, 2, 2, 2, 6, 5)), ValueError, "kernel size", "odd", "got 2"),
    (convolve(stride=2), ValueError, "`D`", "3 x 3", "got 6 x 5"),
    (convolve(x=MAPS[:1]), ValueError, "`D`", "batch size of `x`, 1", "got 2"),
    (combine(Z_tilde=MAPS), ValueError, "`Z_tilde`", "(n, c', m, h, w)", "got (2, 3, 6, 5)"),
    (combine(A=torch.zeros(4, 2, 3)), ValueError, "`A`", "(c, 3, 2)", "got (4, 2, 3)"),
    (combine(bias=torch.zeros(1, 4)), ValueError, "`bias`", "(4,)", "got (1, 4)"),
    # layers
    (layer(0, 4, 3), ValueError, "`in_channels`", "at least 1", "got 0"),
    (layer(3, -4, 3), ValueError, "`out_channels`", "at least 1", "got -4"),
    (layer(3.0, 4, 3), TypeError, "`in_channels`", "int", "got 3.0"),
    (layer(3, 4, 4), ValueError, "`kernel_size`", "odd", "got 4"),
    (layer(3, 4, 1), ValueError, "`kernel_size`", "at least 3", "got 1"),
    (layer(3, 4, (3, 5)), ValueError, "`kernel_size`", "pair of equal", "got (3, 5)"),
    (layer(3, 4, (3, 3, 3)), TypeError, "`kernel_size`", "int", "got (3, 3, 3)"),
    (layer(3, 4, "3"), TypeError, "`kernel_size`", "int", "got '3'"),
    (layer(stride=0), ValueError, "`stride`", "at least 1", "got 0"),
    (layer(stride=(2, 1)), ValueError, "`stride`", "pair of equal", "got (2, 1)"),
    (layer(dilation=(1, 2)), ValueError, "`dilation`", "pair of equal", "got (1, 2)"),
    (layer(dilation=0), ValueError, "`dilation`", "at least 1", "got 0"),
    (layer(3, 4, 3, 1, 1, True), TypeError, "`dilation`", "int", "got True"),
    (layer(3, 4, 3, groups=2), ValueError, "`groups`", "divide `in_channels`, 3", "got 2"),
    (layer(3, 4, 3, groups=3), ValueError, "`groups`", "divide `out_channels`, 4", "got 3"),
    (layer(save="little"), ValueError, "`save`", '"time" or "memory"', "got 'little'"),
    (layer(save="memory", generator="released"), ValueError, "`save`", "batch normalisation"),
    (layer(padding_mode="same"), ValueError, "`padding_mode`", "zeros, reflect, replicate, circular", "got 'same'"),
    (layer(dtype=torch.complex64), TypeError, "`dtype`", "floating-point", "got torch.complex64"),
    (layer(dtype=torch.int8), TypeError, "`dtype`", "floating-point", "got torch.int8"),
    (layer(bases=torch.zeros(2, 5, 5)), ValueError, "`bases`", "(k, 3, 3)", "got (2, 5, 5)"),
    (layer(bases=torch.zeros(2, 3, 3), scales=(3,)), ValueError, "`scales`", "None", "got (3,)"),
    (layer(padding=-1), ValueError, "`padding`", "at least 0", "got -1"),
    (layer(padding=(1, -1)), ValueError, "`padding`", "at least 0", "got -1"),
    (layer(padding="full"), ValueError, "`padding`", '"same" or "valid"', "got 'full'"),
    (layer(padding="same", stride=2), ValueError, "`padding`", "stride 2", "stride 1 only"),
    (layer(num_atoms=0), ValueError, "`num_atoms`", "at least 1", "got 0"),
    (layer(num_bases=7), ValueError, "`num_bases`", "at most 6", "got 7"),
    (layer(scales=(3, 5)), ValueError, "`scales`", "3 or below", "got (3, 5)"),
    (layer(hidden_channels=0), ValueError, "`hidden_channels`", "at least 1", "got 0"),
    (layer(context_channels=0), ValueError, "`context_channels`", "at least 1", "got 0"),
    (layer(context_channels="a"), TypeError, "`context_channels`", "int", "got 'a'"),
    (layer(generator="best"), ValueError, "`generator`", '"normalised", "paper", "released"', "got 'best'"),
    (layer(generator=7), TypeError, "`generator`", "a callable that makes one", "got int"),
    (layer(generator=lambda *sizes, **place: sizes), TypeError, "`generator`", "make a nn.Module", "got tuple"),
    (layer(generator=nn.Conv2d(3, 36, 3), hidden_channels=8), ValueError, "`hidden_channels`", "None", "got 8"),
    (run([1.0]), TypeError, "`x`", "torch.Tensor", "got list"),
    (run(np.zeros((2, 3, 6, 5))), TypeError, "`x`", "torch.Tensor", "got ndarray"),
    (run(torch.zeros(2, 4, 6, 5)), ValueError, "`x`", "(N, 3, H, W)", "got (2, 4, 6, 5)"),
    (run(torch.zeros(6, 5)), ValueError, "`x`", "(N, 3, H, W)", "got (6, 5)"),
    (run(torch.zeros(2, 3, 2, 5)), ValueError, "`x`", "at least 3", "got 2 x 5"),
    (run(MAPS.double()), TypeError, "`x`", "torch.float32", "got torch.float64"),
    (run(MAPS.long()), TypeError, "`x`", "torch.float32", "got torch.int64"),
    (run(MAPS.to("meta")), ValueError, "`x`", "cpu", "got meta"),
    (run(MAPS, MAPS[:, :2]), ValueError, "`context`", "(N, 3, H, W)", "got (2, 2, 6, 5)"),
    (run(MAPS, MAPS[:1]), ValueError, "`context`", "(2, 3, 6, 5)", "got (1, 3, 6, 5)"),
    (run(MAPS, MAPS[..., :3]), ValueError, "`context`", "(2, 3, 6, 5)", "got (2, 3, 6, 3)"),
    (run(MAPS, "context"), TypeError, "`context`", "torch.Tensor", "got str"),
    (run(MAPS, context_channels=5), ValueError, "`context`", "(N, 5, H, W)", "got None"),
    (run(MAPS, generator=nn.Conv2d(3, 35, 3)), ValueError, "`generator`", "(N, 36, h, w)", "got (2, 35, 4, 3)"),
    (run(MAPS, generator=nn.Conv2d(3, 36, 1)), ValueError, "`alpha`", "4 x 3", "got 6 x 5"),
    (generator(0, 2, 6), ValueError, "`in_channels`", "at least 1", "got 0"),
    (generator(3, 2, 0), ValueError, "`num_coefficients`", "at least 1", "got 0"),
    (generator(kernel_sizes=3), TypeError, "`kernel_sizes`", "pair", "got 3"),
    (generator(kernel_sizes=None), TypeError, "`kernel_sizes`", "pair", "got None"),
    (generator(kernel_sizes=(1, 3, 5)), TypeError, "`kernel_sizes`", "pair", "got (1, 3, 5)"),
    (generator(kernel_sizes=(2, 3)), ValueError, "`kernel_sizes`", "odd", "got 2"),
    (generator(norm="layer"), ValueError, "`norm`", '"hidden", "batch" or "pixel"', "got 'layer'"),
    (generator(squash="relu"), ValueError, "`squash`", '"tanh" or "bounded"', "got 'relu'"),
    (generator(stride=0), ValueError, "`stride`", "at least 1", "got 0"),
    (generator(offset=0.5), TypeError, "`offset`", "int", "got 0.5"),
    (
        call(acda.AtomGenerator(3, 2, 6), torch.zeros(1, 4, 5, 5)),
        ValueError,
        "`features`",
        "(N, 3, H, W)",
        "(1, 4, 5, 5)",
    ),
    (call(acda.AtomGenerator(3, 2, 6), None), TypeError, "`features`", "torch.Tensor", "got NoneType"),
    (call(acda.convert, "resnet"), TypeError, "`model`", "nn.Module", "got str"),
    (call(acda.convert, nn.ReLU(), where="all"), TypeError, "`where`", "function", "got str"),
    (call(acda.convert, nn.ReLU(), generator="best"), ValueError, "`generator`", '"released"', "got 'best'"),
    (call(acda.convert, nn.ReLU(), generator=nn.ReLU()), ValueError, "`generator`", '"released"', "got ReLU()"),
    (call(acda.convert, nn.ReLU(), init="copy"), ValueError, "`init`", '"follow" or "project"', "got 'copy'"),
    (call(acda.convert, nn.Conv2d(5, 4, 3), bases="best"), ValueError, "`bases`", '"complete", "own"', "got 'best'"),
    (call(acda.convert, nn.Conv2d(5, 4, 3), num_atoms=0), ValueError, "`num_atoms`", "at least 1", "got 0"),
    (from_conv(nn.Conv2d(5, 4, 3), "copy"), ValueError, "`init`", '"follow" or "project"', "got 'copy'"),
    (from_conv(nn.Conv2d(5, 4, 3), num_atoms=2.0), TypeError, "`num_atoms`", "int", "got 2.0"),
    (from_conv(nn.Conv2d(5, 4, 3), num_atoms=0), ValueError, "`num_atoms`", "at least 1", "got 0"),
    (from_conv(nn.Conv2d(5, 4, 3), bases=np.zeros((2, 5, 5))), ValueError, "`bases`", "(k, 3, 3)", "got (2, 5, 5)"),
    (from_conv(nn.Conv2d(5, 4, 3), bases="best"), ValueError, "`bases`", '"complete", "own"', "got 'best'"),
    (from_conv(nn.Conv2d(5, 4, 3).apply(lambda conv: conv.weight.data.div_(0))), ValueError, "`conv`", "finite", "inf"),
    (from_conv(nn.Conv1d(5, 4, 3)), TypeError, "`conv`", "nn.Conv2d", "got Conv1d"),
    (from_conv(nn.Conv2d(5, 4, 4)), ValueError, "`kernel_size`", "odd", "got 4"),
    (from_conv(nn.Conv2d(5, 4, 1)), ValueError, "`kernel_size`", "at least 3", "got 1"),
    (from_conv(nn.Conv2d(5, 4, (3, 5))), ValueError, "`kernel_size`", "pair of equal", "got (3, 5)"),
    (from_conv(nn.Conv2d(5, 4, 3, (1, 2))), ValueError, "`stride`", "pair of equal", "got (1, 2)"),
    (from_conv(nn.Conv2d(5, 4, 3, dtype=torch.cfloat)), TypeError, "`conv`", "floating-point", "got torch.complex64"),
    (from_conv(nn.Conv2d(5, 4, 3, device="meta")), ValueError, "`init`", '"follow"', 'got "project"'),
    (
        from_conv(nn.Conv2d(5, 4, 3), "follow", bases="own", num_atoms=-1),
        ValueError,
        "`num_atoms`",
        "at least 1",
        "got -1",
    ),
]


@pytest.mark.parametrize("case", BAD, ids=[" ".join(case[2:]) for case in BAD])
def test_a_bad_input_is_refused_by_name(case):
    bad, error, *pieces = case
    with pytest.raises(error) as refused:
        bad()
    assert type(refused.value) is error
    for piece in pieces:
        assert piece in str(refused.value)


@pytest.mark.parametrize("good", [whole(), compose(), convolve(), combine(), layer(), run(MAPS), generator()])
def test_what_the_bad_inputs_were_made_from_is_good(good):
    good()


@pytest.mark.filterwarnings("ignore:Complex modules")
def test_a_layer_cast_to_complex_numbers_refuses_them():
    layer = acda.ACDAConv2d(3, 4, 3).to(torch.cfloat)
    with pytest.raises(TypeError, match="`x` and the layer must have a floating-point dtype, got"):
        layer(torch.zeros(1, 3, 5, 5) + 0j)
