"""What the chapter on costs says of the stored measurements holds in their rows."""

import itertools
from pathlib import Path

import pytest

from acda_core.experiments import bench_card, results
from acda_core.layers import ACDAConv2d
from acda_core.nets.adresnet import ad_resnet

SIZES = 3, 5, 7
DTYPES = "float32", "bfloat16"
TIMES = "forward_ms", "step_ms"
LARGE = {"images": 8, "in_channels": 256, "size": 100}
ACDA = "acda", "acda_paper"


def least(name, conv, file="bench_card", **setting):
    """The least stored value of a kind of layer, over both layouts of memory."""
    wanted = {**setting, "conv": conv}
    rows = results.load(file)["results"]
    return min(row[name] for row in rows if wanted.items() <= row.items() and row[name] is not None)


def over_conv(name, conv, file="bench_card", **setting):
    """The same over nn.Conv2d's."""
    return least(name, conv, file, **setting) / least(name, "conv", file, **setting)


def on_processor(file, name, conv, channels, size):
    setting = {"images": 1, "in_channels": channels, "out_channels": channels, "size": 100, "kernel_size": size}
    return over_conv(name, conv, file, **setting)


def test_with_256_channels_the_layer_is_faster_at_3_pixels_by_little():
    files = "bench_layer", "bench_layer_avx2"
    assert max(on_processor(file, "step_ms", "acda", 256, size) for file in files for size in (5, 7)) < 0.55
    assert all(0.85 < on_processor(file, "step_ms", "acda", 256, 3) < 1 for file in files)


def test_with_64_channels_the_generator_decides():
    steps = {
        kind: [on_processor("bench_layer", "step_ms", kind, 64, size) > 1 for size in SIZES]
        for kind in ("acda", "acda_default")
    }
    assert steps == {"acda": [True, True, False], "acda_default": [True, False, False]}


@pytest.mark.parametrize("size", SIZES)
def test_unfolding_is_slow_and_few_channels_keep_more_than_many(size):
    assert min(on_processor("bench_layer", "step_ms", "unfold", channels, size) for channels in (64, 256)) > 4
    for name, many in (("saved_bytes", 1.7), ("peak_bytes", 1.1)):
        few, large = (on_processor("bench_layer", name, "acda", channels, size) for channels in (64, 256))
        assert 1.4 * large < few
        assert large < many


def test_the_default_form_keeps_what_the_readme_says():
    sizes = itertools.product((64, 256), SIZES)
    kept = [on_processor("bench_layer", "saved_bytes", "acda_default", *one) for one in sizes]
    readme = " ".join((Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8").split())
    assert f"keeps {min(kept):.1f} to {max(kept):.1f} times" in readme


@pytest.mark.parametrize(("dtype", "conv"), itertools.product(DTYPES, ACDA))
def test_as_a_graph_the_layer_is_faster_than_conv_at_7_pixels_and_slower_at_3(dtype, conv):
    for name in TIMES:
        at = [over_conv(name, conv, mode="graph", dtype=dtype, kernel_size=size, **LARGE) for size in SIZES]
        assert at == sorted(at, reverse=True)
        assert at[2] < 1 < at[0]
    assert at[0] > 2  # a step
    in_float32 = [over_conv(name, conv, mode="graph", dtype="float32", kernel_size=5, **LARGE) for name in TIMES]
    assert 0.9 < min(in_float32) < max(in_float32) < 1.02


@pytest.mark.parametrize(("size", "conv"), itertools.product(SIZES, ACDA))
def test_conv_gains_more_by_bfloat16(size, conv):
    whole, half = (over_conv("step_ms", conv, mode="graph", dtype=d, kernel_size=size, **LARGE) for d in DTYPES)
    assert half > whole


@pytest.mark.parametrize(("size", "dtype"), itertools.product(SIZES, DTYPES))
def test_launched_one_by_one_the_layer_waits_for_the_host_and_plain_calls_are_slower_still(size, dtype):
    setting = {"dtype": dtype, "kernel_size": size, **LARGE}
    graph, eager = (over_conv("step_ms", "acda_paper", mode=mode, **setting) for mode in ("graph", "eager"))
    plain = over_conv("step_ms", "acda_paper", "bench_card_plain", **setting)
    assert graph * 1.2 < eager < plain / 1.5
    assert 1.7 < over_conv("peak_bytes", "acda_paper", mode="graph", **setting) < 2.2
    assert results.load("bench_card_plain")["machine"] in results.load("bench_card")["machine"]


def small_layers():
    """The settings that the figure of few channels or pixels has rows for."""
    fields = bench_card.Setting.__annotations__
    layers = [row for row in results.load("bench_card")["results"] if "network" not in row]
    found = {tuple(row[name] for name in fields) for row in layers if not LARGE.items() <= row.items()}
    return [dict(zip(fields, setting, strict=True)) for setting in found]


def test_eagerly_the_steps_of_small_layers_last_about_equally_long_and_as_graphs_they_do_not():
    eager, graph = ([least("step_ms", "acda", mode=m, **one) for one in small_layers()] for m in bench_card.MODES)
    assert len(eager) == 10
    assert max(eager) < 1.5 * min(eager)
    assert max(graph) > 5 * min(graph)
    assert min(eager) > 2.5 * max(graph)


def test_as_graphs_small_layers_take_a_multiple_except_at_7_pixels():
    for one in small_layers():
        ratio = over_conv("step_ms", "acda", mode="graph", **one)
        if one["kernel_size"] < 7:
            assert ratio > 2
        elif one["dtype"] == "float32":
            assert 0.5 < ratio < 0.6
        else:
            assert 0.95 < ratio < 1.05
        if one["in_channels"] < 10:
            assert over_conv("peak_bytes", "acda", **one) > 10


@pytest.mark.parametrize(("dtype", "other"), itertools.product(DTYPES, ("kpn_unfold", "involution", "deformable")))
def test_other_dynamic_layers_as_usually_written_are_slower_and_need_several_times_the_memory(dtype, other):
    ran = [
        row
        for row in results.load("bench_card_first")["results"]
        if (row["conv"], row["dtype"]) == (other, dtype) and row["step_ms"] is not None
    ]
    if not ran:
        assert (other, dtype) == ("deformable", "bfloat16")
        return
    for size in SIZES:
        setting = {"file": "bench_card_first", "mode": "eager", "dtype": dtype, "kernel_size": size, **LARGE}
        assert over_conv("step_ms", other, **setting) > over_conv("step_ms", "acda_paper", **setting)
    seven = {"file": "bench_card_first", "mode": "eager", "dtype": dtype, "kernel_size": 7, **LARGE}
    assert over_conv("peak_bytes", other, **seven) > 4 * over_conv("peak_bytes", "acda_paper", **seven)


@pytest.mark.parametrize(("size", "dtype"), itertools.product(SIZES, DTYPES))
def test_by_the_courses_operators_kernel_prediction_is_the_fastest_of_an_earlier_run_on_such_a_card(size, dtype):
    setting = {"file": "bench_card_first", "mode": "eager", "dtype": dtype, "kernel_size": size, **LARGE}
    assert over_conv("step_ms", "kpn", **setting) < min(over_conv("step_ms", conv, **setting) for conv in ACDA)
    first, last = results.load("bench_card_first"), results.load("bench_card")
    assert first["machine"] == last["machine"]
    assert first["date"] < last["date"]


@pytest.mark.parametrize(("dtype", "conv"), itertools.product(DTYPES, ACDA))
def test_the_whole_network_is_a_little_slower_and_needs_less_than_a_quarter_more_memory(dtype, conv):
    one = {"network": "Ad-ResNet-s", "dtype": dtype}
    assert 1.03 < over_conv("step_ms", conv, mode="graph", **one) < 1.12
    assert over_conv("step_ms", conv, mode="eager", **one) > 1.5
    assert over_conv("peak_bytes", conv, **one) < 1.24
    assert over_conv("step_ms", "conv_3x3", mode="graph", **one) < 1
    assert set(ACDA) < set(bench_card.NETWORKS)


def test_four_layers_of_the_network_are_adaptive_and_two_of_these_are_5_by_5():
    layers = [one for one in ad_resnet("s", ACDAConv2d).modules() if isinstance(one, ACDAConv2d)]
    assert sorted(one.kernel_size for one in layers) == [(5, 5)] * 2 + [(7, 7)] * 2
