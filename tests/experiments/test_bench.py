"""The benchmark command: what it measures, what it stores, and the table that is stored in the book."""

import itertools
import json
import sys
from pathlib import Path

import pytest
import torch

from acda_core import __main__, cost
from acda_core.experiments import bench
from acda_core.training.measure import saved_bytes

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "book" / "results" / "bench_layer.json"
ROW = {
    "conv": str,
    "images": int,
    "in_channels": int,
    "out_channels": int,
    "size": int,
    "kernel_size": int,
    "largest_tensor_bytes": int,
    "forward_ms": float,
    "step_ms": float,
    "saved_bytes": int,
    "peak_bytes": int,
}
MEASURED = {"forward_ms", "step_ms", "saved_bytes", "peak_bytes"}


def run(folder, monkeypatch, words):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["acda_core", "bench", "--repeats", "1", *words.split()])
    __main__.main()


def assert_shape(row):
    run = row["largest_tensor_bytes"] <= bench.LARGEST_TENSOR
    assert {name: type(value) for name, value in row.items()} == {
        name: kind if run or name not in MEASURED else type(None) for name, kind in ROW.items()
    }


@pytest.mark.parametrize("form", [bench.UnfoldACDAConv2d, bench.DenseACDAConv2d])
@pytest.mark.parametrize(("stride", "padding"), [(1, 2), (2, 1)])
def test_the_other_forms_are_the_same_function_of_the_same_parameters(form, stride, padding):
    torch.manual_seed(0)
    layer, other = (kind(3, 4, 5, stride, padding).double() for kind in (bench.ACDAConv2d, form))
    other.load_state_dict(layer.state_dict())
    x = torch.randn(2, 3, 8, 9, dtype=torch.float64)
    torch.testing.assert_close(layer(x), other(x))


def test_the_largest_tensor_of_a_form_is_that_of_its_arithmetic():
    dense = cost.dense(5, 7, 3, 11, 11)
    assert bench.largest_tensor("dense", 2, 5, 7, 11, 3) == 4 * 2 * dense.intermediate
    patches = torch.nn.functional.unfold(torch.zeros(2, 5, 11, 11), 3, padding=1)
    assert bench.largest_tensor("unfold", 2, 5, 7, 11, 3) == 4 * patches.numel()
    assert bench.largest_tensor("acda", 2, 5, 7, 11, 3) == 0


def test_a_form_that_does_not_fit_is_not_run_and_says_what_it_would_need(monkeypatch):
    rows = bench.measure(1, 2, 3, 6, 3, repeats=1)
    assert [row["conv"] for row in rows] == list(bench.FORMS)
    assert all(row[name] is not None for row in rows for name in MEASURED)
    monkeypatch.setattr(bench, "LARGEST_TENSOR", rows[-1]["largest_tensor_bytes"] - 1)
    *_, unfold, dense = rows = bench.measure(1, 2, 3, 6, 3, repeats=1)
    for row in rows:
        assert_shape(row)
    assert unfold["forward_ms"] is not None
    assert dense["forward_ms"] is None
    assert list(bench._lines(rows))[-1].endswith("not run: needs a tensor of 0.0 GB")


def test_the_command_prints_a_line_and_stores_a_row_for_every_layer(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "SETTINGS", [(1, 2, 3, 8)])
    run(tmp_path, monkeypatch, "--device cpu --out new/table.json")
    stored = json.loads((tmp_path / "new" / "table.json").read_text())
    assert len(stored["results"]) == len(capsys.readouterr().out.splitlines()) == 15
    assert "--repeats 1" in stored["command"]
    assert_shape(stored["results"][0])


def test_what_was_stopped_goes_on_behind_the_last_part_that_was_measured(monkeypatch, tmp_path):
    measured = []

    def measure(*setting):
        measured.append(setting)
        if len(measured) == 3:
            raise KeyboardInterrupt
        return [{"conv": "conv", "forward_ms": float(len(measured))}]

    monkeypatch.setattr(bench, "measure", measure)
    monkeypatch.setattr(bench, "_lines", lambda rows: map(str, rows))
    words = "--quick --device cpu --out table.json"
    with pytest.raises(SystemExit, match=r"^stopped\. checkpoints holds what is done: .* --resume goes on$"):
        run(tmp_path, monkeypatch, words)
    with pytest.raises(SystemExit, match=r"-0\.pt is left of a run that was stopped: add --resume"):
        run(tmp_path, monkeypatch, words)
    run(tmp_path, monkeypatch, f"{words} --resume")
    assert len(measured) == 4
    assert measured[2] == measured[3]
    stored = json.loads((tmp_path / "table.json").read_text())
    assert [row["forward_ms"] for row in stored["results"]] == [1, 2, 4]
    assert "--resume" not in stored["command"]
    assert not (tmp_path / "checkpoints").exists()


def test_a_part_that_is_broken_is_named(monkeypatch, tmp_path):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "bench-repeats-1-device-cpu-quick-0.pt").write_text("[")
    with pytest.raises(SystemExit, match=r"-quick-0\.pt is broken .*: delete it to measure that part again$"):
        run(tmp_path, monkeypatch, "--quick --device cpu --resume")


def test_beside_a_busy_process_each_layer_is_measured_with_and_without_it(monkeypatch, tmp_path, capsys):
    started, popen = [], bench.subprocess.Popen
    monkeypatch.setattr(
        bench.subprocess, "Popen", lambda *given, **how: started.append(popen(*given, **how)) or started[-1]
    )
    monkeypatch.setattr(bench, "BESIDE", [(1, 2, 3, 6)])
    run(tmp_path, monkeypatch, "--beside --device cpu --out beside.json")
    stored = json.loads((tmp_path / "beside.json").read_text())
    assert "--beside" in stored["command"]
    rows = stored["results"]
    assert [(row["conv"], row["beside"]) for row in rows] == list(itertools.product(["conv", "acda"], [False, True]))
    for row in rows:
        alone = next(other for other in rows if other["conv"] == row["conv"])
        for name in ("forward", "step"):
            assert row[f"{name}_loss"] == round(row[f"{name}_ms"] / alone[f"{name}_ms"], 3)
    assert "the layer loses so many times what nn.Conv2d loses: forward" in capsys.readouterr().out.splitlines()[-1]
    (process,) = started
    assert process.returncode  # it was there, and is over


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_the_stored_table_has_every_setting_and_bytes_that_can_be_counted_again(kernel_size):
    stored = json.loads(STORED.read_text())
    assert set(stored) == {"command", "data", "date", "versions", "machine", "results"}
    rows = [row for row in stored["results"] if row["kernel_size"] == kernel_size]
    assert {(row["images"], row["in_channels"], row["out_channels"], row["size"]) for row in rows} == set(
        bench.SETTINGS
    )
    for row in rows:
        assert_shape(row)
    (small,) = [row for row in rows if (row["conv"], row["images"], row["in_channels"]) == ("acda", 1, 3)]
    layer = bench.ACDAConv2d(3, 16, kernel_size, padding=kernel_size // 2, generator="paper")
    assert small["saved_bytes"] == saved_bytes(layer, torch.randn(1, 3, 32, 32, requires_grad=True))


def test_the_compiled_runs_are_of_the_same_net_and_the_last_keeps_channels_first(monkeypatch, tmp_path, capsys):
    compiled = []
    monkeypatch.setattr(torch, "compile", lambda net, **settings: compiled.append((net, settings)) or net)
    run(tmp_path, monkeypatch, "--compile --device cpu --out compile.json")
    rows = json.loads((tmp_path / "compile.json").read_text())["results"]
    kinds, runs = ["conv", "acda"], ["eager", "compiled", "channels first"]
    assert [(row["conv"], row["run"]) for row in rows] == list(itertools.product(kinds, runs))
    assert len(capsys.readouterr().out.splitlines()) == 6
    settings = {"options": {"layout_optimization": False}}
    assert [given for _, given in compiled] == [{}, settings] * 2
    assert [isinstance(net[0], bench.ACDAConv2d) for net, _ in compiled] == [False, False, True, True]


def test_the_stored_compiled_net_is_not_slower_than_it_is_without_torch_compile():
    rows = json.loads(STORED.with_name("bench_compile.json").read_text())["results"]
    acda = {row["run"]: row for row in rows if row["conv"] == "acda"}
    for key in ("forward_ms", "step_ms"):
        assert acda["channels first"][key] <= acda["eager"][key]


def stored_rows(*setting, file="bench_layer"):
    rows = json.loads(STORED.with_stem(file).read_text())["results"]
    names = "images", "in_channels", "out_channels", "size", "kernel_size"
    return {row["conv"]: row for row in rows if tuple(row[name] for name in names) == setting}


@pytest.mark.parametrize(
    ("file", "kernel_size", "forward", "step"),
    [
        (file, *limits)
        for file in ("bench_layer", "bench_layer_avx2")
        for limits in ((3, 0.9, 1.0), (5, 0.38, 0.42), (7, 0.25, 0.27))
    ],
)
def test_the_stored_layer_is_as_fast_beside_a_convolution_as_promised(file, kernel_size, forward, step):
    rows = stored_rows(1, 256, 256, 100, kernel_size, file=file)
    assert rows["acda_default"]["forward_ms"] <= forward * rows["conv"]["forward_ms"]
    assert rows["acda_default"]["step_ms"] <= step * rows["conv"]["step_ms"]
    assert rows["acda"]["saved_bytes"] <= 20 * 10**6


@pytest.mark.parametrize("setting", bench.SETTINGS)
@pytest.mark.parametrize("kernel_size", bench.KERNEL_SIZES)
def test_the_stored_layer_is_nowhere_slower_than_the_unfold_form(setting, kernel_size):
    rows = stored_rows(*setting, kernel_size)
    if rows["unfold"]["step_ms"] is not None:
        assert rows["acda"]["forward_ms"] < rows["unfold"]["forward_ms"]
        assert rows["acda"]["step_ms"] < rows["unfold"]["step_ms"]


def test_the_stored_layer_holds_an_eighth_of_the_unfold_form_and_its_time_grows_with_the_pixels():
    rows = stored_rows(1, 256, 256, 100, 7)
    assert 8 * rows["acda"]["peak_bytes"] <= rows["unfold"]["peak_bytes"]
    for kernel_size in bench.KERNEL_SIZES:
        small, large = (stored_rows(1, 64, 64, size, kernel_size)["acda"] for size in (100, 400))
        for key in ("forward_ms", "step_ms"):
            assert large[key] <= 1.3 * 16 * small[key]


@pytest.mark.parametrize("channels", [256, 64])
@pytest.mark.parametrize(("line", "key"), [("forward", "forward_ms"), ("training step", "step_ms")])
def test_the_ratios_in_the_readme_are_those_of_the_stored_table(line, key, channels):
    rows = [stored_rows(1, channels, channels, 100, kernel_size) for kernel_size in bench.KERNEL_SIZES]
    ratios = [row["acda_default"][key] / row["conv"][key] for row in rows]
    printed = " | ".join(f"{ratio:.2f}" for ratio in ratios)
    assert f"| {line} | {printed} |" in (ROOT / "README.md").read_text(encoding="utf-8")
