"""The table of a graphics card: its rows, on the processor and in small."""

import sys

import pytest
import torch

from acda_core import __main__
from acda_core.experiments import bench, bench_card
from acda_core.nets.adresnet import ad_resnet
from acda_core.training.measure import parameters


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bench_card, "LAYERS", [(1, 2, 3, 6, (5, 3)), (1, 3, 6, 8, (3,))])
    monkeypatch.setattr(bench_card, "NETWORK", (2, 32))


@pytest.mark.slow
def test_every_setting_has_a_row_for_each_layer_in_each_layout_and_dtype(small):
    found = list(bench_card.parts(1, quick=False, device="cpu"))
    layers = [rows for rows in found if "network" not in rows[0]]
    networks = [rows for rows in found if "network" in rows[0]]
    assert [(rows[0]["kernel_size"], rows[0]["dtype"]) for rows in layers] == [
        (size, dtype) for size in (5, 3, 3) for dtype in ("float32", "bfloat16")
    ]
    for rows in layers:
        assert [(row["conv"], row["layout"]) for row in rows] == [
            (kind, layout) for kind in ("conv", "acda", "acda_paper") for layout in ("contiguous", "channels last")
        ]
        assert all(row["forward_ms"] > 0 and row["step_ms"] > 0 and row["peak_bytes"] > 0 for row in rows)
    for rows in networks:
        assert [row["conv"] for row in rows] == ["conv", "acda", "acda_paper", "conv_3x3"]
    assert len(networks) == 2
    assert found.index(networks[0]) == 4  # before the smaller layers


def test_a_line_gives_times_as_multiples_of_the_better_convolution():
    row = {"dtype": "float32", "images": 1, "in_channels": 2, "out_channels": 3, "size": 6, "kernel_size": 5}
    rows = [
        {"conv": conv, "layout": layout, **row, "forward_ms": f, "step_ms": s, "peak_bytes": 1}
        for conv, layout, f, s in (("conv", "contiguous", 2, 3), ("conv", "channels last", 1, 4), ("acda", "", 4, 6))
    ]
    last = list(bench_card.lines_of(rows))[-1]
    assert "forward    4.000 ms  4.00 x" in last
    assert "step    6.000 ms  2.00 x" in last


def test_the_three_by_three_twin_has_the_widths_of_the_others():
    twin, conv = ad_resnet("s", bench_card.three_by_three), ad_resnet("s", torch.nn.Conv2d)
    kernels = [module.kernel_size for module in twin.stages[2:].modules() if isinstance(module, torch.nn.Conv2d)]
    assert set(kernels) == {(1, 1), (3, 3)}
    assert parameters(twin) < parameters(conv)


def test_the_command_stores_after_each_setting(small, monkeypatch, tmp_path, capsys):
    stored = []
    rows = [{"conv": "conv", "layout": "contiguous", "dtype": "float32", "images": 1, "in_channels": 2}]
    rows[0] |= {"out_channels": 3, "size": 6, "kernel_size": 5, "forward_ms": 1.0, "step_ms": 2.0, "peak_bytes": 3}
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(bench.results, "save", lambda *given: stored.append(len(given[-1])))
    monkeypatch.setattr(bench_card, "parts", lambda repeats, quick: iter([rows, rows]))
    monkeypatch.setattr(sys, "argv", f"acda_core bench --device cuda --out {tmp_path / 'card.json'}".split())
    __main__.main()
    assert stored == [1, 2]
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_without_a_card_the_command_says_so_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["acda_core", "bench", "--device", "cuda"])
    with pytest.raises(SystemExit):
        __main__.main()
    assert capsys.readouterr().err.splitlines()[0].count("there is no CUDA device here") == 1
