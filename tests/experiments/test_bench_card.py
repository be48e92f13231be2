"""The table of a graphics card: its rows, on the processor and in small."""

import itertools
import json
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch

from acda_core import __main__
from acda_core.experiments import bench_card
from acda_core.experiments.bench_card import Setting
from acda_core.nets.adresnet import ad_resnet
from acda_core.training.measure import parameters

RESULTS = Path(__file__).resolve().parents[2] / "book" / "results"
STORED = RESULTS / "bench_card.json"
FIELDS = Setting.__annotations__
SETTING = Setting("float32", images=1, in_channels=16, out_channels=16, size=6, kernel_size=3)
ALL = [(kind, form, mode) for kind in bench_card.KINDS for form in bench_card.LAYOUTS for mode in bench_card.MODES]


@pytest.fixture
def small(monkeypatch):
    """Few pixels, and graphs that are the calls themselves."""
    monkeypatch.setattr(bench_card, "LARGE", (1, 16, 16, 6, (5, 3)))
    monkeypatch.setattr(bench_card, "DEEP", (2, 16, 16, 4, (3,)))
    monkeypatch.setattr(bench_card, "SMALL", [(1, 3, 6, 8, (3,))])
    monkeypatch.setattr(bench_card, "ONE_IMAGE", (1, 2, 3, 8, (3,)))
    monkeypatch.setattr(bench_card, "NETWORK", (2, 32))
    monkeypatch.setattr(bench_card, "captured", lambda run: run)


def column(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


@pytest.mark.slow
def test_the_large_layer_and_the_network_come_first_and_rivals_before_a_single_image(small):
    found = [part() for part in bench_card.parts(1, quick=False, device="cpu")]
    settings = [(size, dtype) for size in (5, 3) for dtype in bench_card.DTYPES]
    assert [column(rows, "kernel_size", "dtype")[0] for rows in found[:4]] == settings
    assert all(column(rows, "conv", "layout", "mode") == ALL for rows in found[:4])
    for rows, dtype in zip(found[4:6], bench_card.DTYPES, strict=True):
        kinds = "conv", "acda", "acda_paper", "conv_3x3"
        assert column(rows, "mode", "conv", "dtype") == [(m, k, dtype) for m in ("eager", "graph") for k in kinds]
    beside = [(kind, "contiguous") for kind in bench_card.rivals()]
    modes = [(k, layout, m) for k in ("conv", "acda") for layout in bench_card.LAYOUTS for m in ("eager", "graph")]
    assert all(column(rows, "conv", "layout", "mode") == modes for rows in found[6:7])
    assert all(column(rows, "conv", "layout", "mode") == ALL for rows in found[7:9] + found[13:15])
    assert all(column(rows, "conv", "layout") == beside for rows in found[9:13] + found[15:])
    assert [column(rows, "in_channels", "size")[0] for rows in found[9::2]] == [(16, 6), (16, 6), (2, 8), (16, 4)]
    assert len(found) == 17
    for row in (row for rows in found for row in rows):
        assert row["step_ms"] > 0
        assert row["peak_bytes"] > 0
        assert "network" in row or (row["forward_ms"] > 0 and row["obstacle"] == "")


def test_quick_is_the_first_part_alone(small):
    (part,) = bench_card.parts(1, quick=True, device="cpu")
    rows = part()
    assert column(rows, "conv", "layout", "mode") == ALL
    assert set(column(rows, "dtype", "size", "kernel_size")) == {("float32", 6, 5)}


def full(in_channels, out_channels, kernel_size, padding):
    raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB. GPU 0 has a total of 1.\nMore.")


def test_a_layer_that_does_not_fit_has_a_row_that_says_so_and_the_others_are_measured():
    kinds = {"conv": torch.nn.Conv2d, "full": full}
    conv, other = bench_card.measure_layers(SETTING, kinds, 1, "cpu", ["contiguous"])
    assert conv["forward_ms"] > 0
    assert conv["obstacle"] == ""
    assert [other[name] for name in ("forward_ms", "step_ms", "peak_bytes")] == [None] * 3
    assert other["obstacle"] == "CUDA out of memory"
    assert conv.keys() == other.keys()
    assert list(bench_card.lines_of([conv, other]))[1].endswith("not run: CUDA out of memory")


def test_an_error_in_what_is_measured_is_not_taken_for_an_obstacle():
    def wrong(in_channels, out_channels, kernel_size, padding):
        raise TypeError

    with pytest.raises(TypeError):
        bench_card.measure_layers(SETTING, {"wrong": wrong}, 1, "cpu")


def test_products_may_use_tf32_in_a_part_and_as_before_afterwards(small, monkeypatch):
    seen = []
    monkeypatch.setattr(
        bench_card, "measure_layers", lambda *given, **named: seen.append(torch.get_float32_matmul_precision())
    )
    before = torch.get_float32_matmul_precision()
    bench_card.parts(1, quick=True, device="cpu")[0]()
    assert seen == ["high"]
    assert torch.get_float32_matmul_precision() == before != "high"


def test_kernel_prediction_by_unfolding_is_the_same_function_of_the_same_parameters():
    layer, other = (kind(3, 4, 5, 2, 2).double() for kind in (bench_card.KernelConv2d, bench_card.UnfoldKernelConv2d))
    other.load_state_dict(layer.state_dict())
    x = torch.randn(2, 3, 8, 9, dtype=torch.float64)
    torch.testing.assert_close(layer(x), other(x))


def test_an_involution_sums_a_pixels_neighbours_by_kernels_that_sixteen_channels_share():
    layer, x = bench_card.Involution(32, 32, 3, 1).double(), torch.randn(2, 32, 5, 4, dtype=torch.float64)
    K = layer.span(layer.reduce(x)).view(2, 2, 3, 3, 5, 4)
    padded = torch.nn.functional.pad(x, [1] * 4)
    expected = torch.zeros_like(x)
    for channel in range(32):
        for i in range(5):
            for j in range(4):
                patch = padded[:, channel, i : i + 3, j : j + 3]
                expected[:, channel, i, j] = (patch * K[:, channel // 16, :, :, i, j]).sum((1, 2))
    torch.testing.assert_close(layer(x), expected)


@pytest.mark.skipif("deformable" not in bench_card.rivals(), reason="no torchvision that fits torch")
def test_a_deformable_convolution_without_offsets_is_a_convolution():
    layer, x = bench_card.rivals()["deformable"](3, 4, 5, padding=2), torch.randn(2, 3, 8, 9)
    assert not torch.allclose(layer(x), torch.nn.functional.conv2d(x, layer.conv.weight, layer.conv.bias, padding=2))
    for parameter in layer.offset.parameters():
        torch.nn.init.zeros_(parameter)
    expected = torch.nn.functional.conv2d(x, layer.conv.weight, layer.conv.bias, padding=2)
    torch.testing.assert_close(layer(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("error", [ImportError, RuntimeError])
def test_without_a_torchvision_that_fits_deformable_convolution_is_left_out(error, monkeypatch):
    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name == "torchvision":
                raise error

    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    assert list(bench_card.rivals()) == ["kpn", "kpn_unfold", "involution"]


def test_a_line_gives_times_as_multiples_of_the_better_convolution():
    row = {"dtype": "float32", "images": 1, "in_channels": 2, "out_channels": 3, "size": 6, "kernel_size": 5}
    rows = [
        {"conv": conv, "layout": layout, **row, "forward_ms": f, "step_ms": s, "peak_bytes": 1}
        for conv, layout, f, s in (("conv", "contiguous", 2, 3), ("conv", "channels last", 1, 4), ("acda", "", 4, 6))
    ]
    last = list(bench_card.lines_of(rows))[-1]
    assert "forward    4.000 ms  4.00 x" in last
    assert "step    6.000 ms  2.00 x" in last
    (alone,) = bench_card.lines_of(rows[2:])
    assert "forward    4.000 ms  step    6.000 ms  peak" in alone


def test_the_three_by_three_twin_has_the_widths_of_the_others():
    twin, conv = ad_resnet("s", bench_card.three_by_three), ad_resnet("s", torch.nn.Conv2d)
    kernels = [module.kernel_size for module in twin.stages[2:].modules() if isinstance(module, torch.nn.Conv2d)]
    assert set(kernels) == {(1, 1), (3, 3)}
    assert parameters(twin) < parameters(conv)


def test_the_command_stores_after_each_part_and_shows_how_far_it_is(small, monkeypatch, tmp_path, capsys):
    out, stored = tmp_path / "card.json", []

    def part():
        stored.append(len(json.loads(out.read_text())["results"]) if out.exists() else 0)
        return bench_card.measure_layers(SETTING, {"conv": torch.nn.Conv2d}, 1, "cpu", ["contiguous"])

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a card")
    monkeypatch.setattr(bench_card, "peak_bytes", lambda run: 1)
    monkeypatch.setattr(bench_card, "parts", lambda repeats, quick: [part, part])
    monkeypatch.setattr(sys, "argv", f"acda_core bench --device cuda --out {out}".split())
    __main__.main()
    assert stored == [0, 1]
    assert len(json.loads(out.read_text())["results"]) == 2
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert "2/2" in said.err


def test_without_a_card_the_command_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["acda_core", "bench", "--device", "cuda"])
    with pytest.raises(SystemExit):
        __main__.main()
    assert capsys.readouterr().err.splitlines()[0].count("there is no CUDA device here") == 1


@pytest.mark.parametrize("name", ["bench_card", "bench_card_first"])
def test_a_stored_table_has_whole_parts_of_the_one_that_the_command_makes(name, monkeypatch):
    def rows_of(setting, kinds, repeats, device, layouts=bench_card.LAYOUTS, modes=("eager",)):
        return [(k, layout, mode, *vars(setting).values()) for k in kinds for layout in layouts for mode in modes]

    def network_rows(images, size, dtype, repeats, device, modes):
        return [(kind, images, size, dtype, mode) for mode in modes for kind in bench_card.NETWORKS]

    monkeypatch.setattr(bench_card, "rivals", lambda: ["kpn", "kpn_unfold", "involution", "deformable"])
    monkeypatch.setattr(bench_card, "measure_layers", rows_of)
    monkeypatch.setattr(bench_card, "measure_networks", network_rows)
    asked = [part() for part in bench_card.parts(1, quick=False, device="cpu")]
    stored = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["results"]
    names = {True: ("conv", "images", "size", "dtype", "mode"), False: ("conv", "layout", "mode", *FIELDS)}
    found = [column([row], *names["network" in row])[0] for row in stored]
    whole = [rows for rows in asked if rows[0] in found]
    assert len(whole) >= 8
    assert Counter(found) == Counter(itertools.chain(*whole))
    for row in stored:
        times = [row[name] for name in ("forward_ms", "step_ms", "peak_bytes") if name in row]
        assert all(time is None for time in times) if row.get("obstacle") else min(times) > 0


def test_the_readme_has_the_stored_ratios_of_a_step():
    stored = json.loads(STORED.read_text(encoding="utf-8"))["results"]
    readme = (STORED.parents[2] / "README.md").read_text(encoding="utf-8")

    def least(conv, **setting):
        large = {"conv": conv, "images": 8, "in_channels": 256, "size": 100, **setting}
        return min(row["step_ms"] for row in stored if large.items() <= row.items())

    for title, dtype, mode in (
        ("float32, as a CUDA graph", "float32", "graph"),
        ("bfloat16, as a CUDA graph", "bfloat16", "graph"),
        ("float32, launched by Python", "float32", "eager"),
    ):
        settings = [{"dtype": dtype, "mode": mode, "kernel_size": size} for size in (7, 5, 3)]
        ratios = [f"{least('acda', **one) / least('conv', **one):.2f}" for one in settings]
        assert f"| {title} | {' | '.join(ratios)} |" in readme
