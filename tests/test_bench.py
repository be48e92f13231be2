"""The benchmark command: what it measures, what it stores, and the table that is stored in the book."""

import json
import sys
from pathlib import Path

import pytest
import torch

from acda_core import __main__, bench, cost

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "book" / "results" / "bench_layer.json"
ROW = {
    "conv": str,
    "images": int,
    "in_channels": int,
    "out_channels": int,
    "size": int,
    "kernel_size": int,
    "forward_ms": float,
    "step_ms": float,
    "saved_bytes": int,
}


def test_functions_are_called_in_turns_and_the_first_turn_is_not_counted():
    calls = []
    times = bench.median_times({name: lambda name=name: calls.append(name) for name in "ab"}, repeats=2)
    assert calls == list("ababab")
    assert set(times) == {"a", "b"}


def test_the_unfold_layer_is_the_same_function_of_the_same_parameters():
    torch.manual_seed(0)
    layer, baseline = bench.ACDAConv2d(3, 4, 5, padding=2), bench.UnfoldACDAConv2d(3, 4, 5, padding=2)
    baseline.load_state_dict(layer.state_dict())
    x = torch.randn(2, 3, 8, 9)
    torch.testing.assert_close(layer(x), baseline(x))


def test_a_form_whose_patches_do_not_fit_is_left_out(monkeypatch):
    names = [row["conv"] for row in bench.measure(1, 2, 3, 6, 3, repeats=1)]
    assert names == ["conv", "acda", "unfold"]
    monkeypatch.setattr(bench, "LARGEST_UNFOLD", 4 * 2 * 6 * 6 * 9 - 1)
    assert [row["conv"] for row in bench.measure(1, 2, 3, 6, 3, repeats=1)] == ["conv", "acda"]


def test_the_command_prints_a_line_and_stores_a_row_for_every_layer(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "SETTINGS", [(1, 2, 3, 8)])
    monkeypatch.setattr(
        sys, "argv", ["acda_core", "bench", "--repeats", "1", "--out", str(tmp_path / "new" / "table.json")]
    )
    __main__.main()
    stored = json.loads((tmp_path / "new" / "table.json").read_text())
    assert len(stored["results"]) == len(capsys.readouterr().out.splitlines()) == 9
    assert "--repeats 1" in stored["command"]
    assert {name: type(value) for name, value in stored["results"][0].items()} == ROW


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_the_stored_table_has_every_setting_and_bytes_that_can_be_counted_again(kernel_size):
    stored = json.loads(STORED.read_text())
    assert set(stored) == {"command", "data", "date", "versions", "machine", "results"}
    rows = [row for row in stored["results"] if row["kernel_size"] == kernel_size]
    assert {(row["images"], row["in_channels"], row["out_channels"], row["size"]) for row in rows} == set(
        bench.SETTINGS
    )
    for row in rows:
        assert {name: type(value) for name, value in row.items()} == ROW
    (small,) = [row for row in rows if (row["conv"], row["images"], row["in_channels"]) == ("acda", 1, 3)]
    layer = bench.ACDAConv2d(3, 16, kernel_size, padding=kernel_size // 2)
    assert small["saved_bytes"] == cost.saved_bytes(layer, torch.randn(1, 3, 32, 32, requires_grad=True))


@pytest.mark.parametrize(("line", "key"), [("forward", "forward_ms"), ("training step", "step_ms")])
def test_the_ratios_in_the_readme_are_those_of_the_stored_table(line, key):
    rows = json.loads(STORED.read_text())["results"]
    times = {(row["conv"], row["kernel_size"]): row[key] for row in rows if (row["images"], row["size"]) == (1, 100)}
    ratios = [times["acda", size] / times["conv", size] for size in (3, 5, 7)]
    printed = " | ".join(f"{ratio:.2f}" for ratio in ratios)
    assert f"| {line} | {printed} |" in (ROOT / "README.md").read_text(encoding="utf-8")
