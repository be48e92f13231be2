"""Compiling the fast kernel: when, where it is kept, and every way in which it can fail."""

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
from samples import arguments, definition

import acda_core as acda
from acda_core.kernels import build, cpu
from acda_core.kernels.build import library

USE = """
import torch, acda_core
for dtype in {dtypes}:
    x = torch.ones(1, 1, 4, 4, dtype=dtype, requires_grad=True)
    D = torch.ones(1, 1, 3, 3, 4, 4, dtype=dtype)
    acda_core.atom_conv(x, D, padding=1).sum().backward()
    assert x.grad.sum() == 100, x.grad
    assert acda_core.kernels.build.library(dtype) or not {compiled}
"""


def in_a_new_process(cache, dtypes, compiled, **environment):
    given = {**os.environ, "ACDA_CACHE_DIR": str(cache), **environment}
    given.pop("ACDA_KERNEL", None)
    return subprocess.Popen(
        [sys.executable, "-c", USE.format(dtypes=dtypes, compiled=compiled)],
        env=given,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_compiled_kernel_is_the_one_that_runs(fresh_library, monkeypatch):
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
    calls, run = [], cpu._run
    monkeypatch.setattr(cpu, "_run", lambda *given: calls.append(given) or run(*given))
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        tensors, sizes = arguments(dtype=dtype)
        acda.acda_conv2d(*tensors, *sizes)
    assert len(calls) == 3
    monkeypatch.setenv("ACDA_KERNEL", "plain")
    fresh_library.cache_clear()
    acda.acda_conv2d(*tensors, *sizes)
    assert len(calls) == 3


def right():
    tensors, sizes = arguments(dtype=torch.float32)
    exact = definition([t.double() for t in tensors], *sizes)
    torch.testing.assert_close(acda.acda_conv2d(*tensors, *sizes).double(), exact, rtol=1e-5, atol=1e-5)


@pytest.fixture
def empty_cache(fresh_library, monkeypatch, tmp_path):
    monkeypatch.setenv("ACDA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
    build._warn_once.cache_clear()
    build._log_once.cache_clear()
    return tmp_path / "cache"


def no_compiler(patch, cache):
    patch.setenv("CC", "/no/such/compiler")


def a_compiler_that_fails(patch, cache):
    patch.setenv("CC", "false")


def a_compiler_that_makes_no_library(patch, cache):
    patch.setenv("CC", "true")


def a_cache_that_cannot_be_written(patch, cache):
    cache.write_text("a file, not a folder")


def no_home_folder(patch, cache):
    def home():
        raise RuntimeError("Could not determine home directory.")

    patch.delenv("ACDA_CACHE_DIR")
    patch.delenv("XDG_CACHE_HOME", raising=False)
    patch.setattr(Path, "home", home)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (no_compiler, "with '/no/such/compiler' (.*No such file.*)"),
        (a_compiler_that_fails, r"with 'false' \(exit status 1\)"),
        (a_compiler_that_makes_no_library, "with 'true' (.*No such file.*)"),
        (a_cache_that_cannot_be_written, "with 'cc' (.*File exists.*)"),
        (no_home_folder, "with 'cc' (.*home directory.*)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_trouble_with_the_compiler_is_told_once_and_the_result_is_right(
    monkeypatch, empty_cache, trouble, reason, caplog
):
    trouble(monkeypatch, empty_cache)
    with pytest.warns(
        RuntimeWarning, match=f"(?s)could not compile its fast kernel {reason}.*plain.*ACDA_KERNEL=plain"
    ):
        right()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right()
        library(torch.float64)  # the same trouble
    assert not caplog.records


@pytest.mark.slow
def test_both_precisions_together_warn_once(tmp_path):
    process = in_a_new_process(tmp_path, "(torch.float32, torch.float64)", compiled=False, CC="/no/such/compiler")
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert said.count("RuntimeWarning") == 1


def test_the_plain_path_may_be_chosen_and_then_nothing_is_said_or_compiled(monkeypatch, empty_cache):
    monkeypatch.setenv("ACDA_KERNEL", "plain")
    right()
    assert not empty_cache.exists()


@pytest.mark.slow
def test_a_compiler_may_come_with_arguments(monkeypatch, empty_cache):
    monkeypatch.setenv("CC", "cc -pipe")
    assert library(torch.float32)
    right()


@pytest.mark.slow
def test_compiling_is_said_once_and_taking_it_from_the_cache_is_not(empty_cache, caplog):
    assert library(torch.float32)
    (record,) = caplog.records
    assert "once" in record.getMessage()
    assert str(empty_cache) in record.getMessage()
    library.cache_clear()
    assert library(torch.float32)
    assert caplog.records == [record]


@pytest.mark.slow
def test_a_compiler_without_openmp_gives_a_kernel_of_one_thread_and_says_so(monkeypatch, empty_cache, tmp_path, caplog):
    compiler = tmp_path / "plaincc"
    compiler.write_text('#!/bin/sh\ncase " $* " in *" -fopenmp "*) echo "no OpenMP" >&2; exit 1;; esac\nexec cc "$@"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    assert library(torch.float32)
    assert "one thread" in caplog.records[-1].getMessage()
    right()


def cut(made):
    made.write_bytes(made.read_bytes()[:5000])


def damaged(made):
    text = bytearray(made.read_bytes())
    text[len(text) // 2] ^= 1
    made.write_bytes(text)


def without_its_checksum(made):
    made.with_suffix(".sha256").unlink()


def something_else(made):
    made.write_text("not a library")


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [cut, damaged, without_its_checksum, something_else])
def test_a_broken_file_in_the_cache_is_made_again(empty_cache, monkeypatch, tmp_path, trouble):
    """In a copy of the cache, because this process holds the first one open."""
    assert library(torch.float32)
    copy = shutil.copytree(empty_cache, tmp_path / "copy")
    whole = {file.name for file in copy.iterdir()}
    (made,) = copy.glob("*.so")
    trouble(made)
    broken = made.read_bytes()
    monkeypatch.setenv("ACDA_CACHE_DIR", str(copy))
    library.cache_clear()
    assert library(torch.float32)
    assert {file.name for file in copy.iterdir()} == whole
    assert made.read_bytes() != broken or trouble is without_its_checksum
    right()


@pytest.mark.parametrize("named", ["~/kernels", "kernels", "folder/../kernels"])
def test_a_cache_folder_may_be_relative_or_in_the_home_folder(monkeypatch, tmp_path, named):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACDA_CACHE_DIR", named)
    assert build.cache_folder() == tmp_path / "kernels"


@pytest.mark.slow
def test_the_package_works_out_of_a_zip_file(tmp_path):
    archive = shutil.make_archive(str(tmp_path / "package"), "zip", Path(acda.__file__).parents[1], "acda_core")
    process = in_a_new_process(
        tmp_path / "cache", "[torch.float32]", compiled=True, PYTHONPATH=archive, PYTHONSAFEPATH="1"
    )
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert "Warning" not in said


@pytest.mark.slow
def test_a_second_process_takes_what_the_first_has_compiled(empty_cache, monkeypatch):
    assert library(torch.float32)
    before = {file: file.stat().st_mtime_ns for file in empty_cache.iterdir()}
    library.cache_clear()
    monkeypatch.setattr(build.subprocess, "run", None)
    assert library(torch.float32)
    assert {file: file.stat().st_mtime_ns for file in empty_cache.iterdir()} == before


@pytest.mark.slow
def test_two_processes_may_compile_at_the_same_time(tmp_path):
    processes = [in_a_new_process(tmp_path, "[torch.float64]", compiled=True) for _ in range(2)]
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said
        assert "Warning" not in said
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".sha256", ".so"]
