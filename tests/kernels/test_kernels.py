"""The fast kernels: chunks, threads, large kernels, and every way in which compiling them can fail."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import arguments, assert_same, definition, gradients, in_steps
from torch.autograd.profiler_util import EventList
from torch.utils.flop_counter import FlopCounterMode

import acda_core as acda
from acda_core.experiments.bench import unfold_conv2d
from acda_core.kernels import build, chunked, cpu, operators
from acda_core.kernels.build import library
from acda_core.kernels.cpu import Compiled

SHAPE = {"images": 3, "in_channels": 5, "num_atoms": 7, "height": 7, "width": 11}
SMALLEST, ONE_ROW, ONE_IMAGE, EVERYTHING = 1, 5 * 7 * 11 * 9 * 8, 7 * 5 * 7 * 11 * 9 * 8, 2**30

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


@pytest.mark.parametrize(
    "budget", [SMALLEST, ONE_ROW, 2 * ONE_ROW, ONE_ROW * 5 // 2, ONE_IMAGE, 2 * ONE_IMAGE, EVERYTHING]
)
@pytest.mark.parametrize("stride", [1, 2])
def test_the_size_of_a_chunk_changes_nothing(path, monkeypatch, budget, stride):
    tensors, stride, padding = arguments(**SHAPE, stride=stride, requires_grad=True)
    expected = definition(tensors, stride, padding)
    monkeypatch.setattr(cpu, "CHUNK_BYTES", budget)
    monkeypatch.setattr(chunked, "PLAIN_CHUNK_BYTES", budget)
    wanted = gradients(expected, tensors)
    for form in (acda.acda_conv2d, in_steps):
        yours = form(*tensors, stride, padding)
        assert_same(yours, expected)
        assert_same(gradients(yours, tensors), wanted)


@given(images=st.integers(0, 5), rows=st.integers(1, 12), row_bytes=st.integers(1, 100), budget=st.integers(1, 2000))
@settings(deadline=None, derandomize=True)
def test_chunks_cover_every_row_once_and_keep_to_the_budget(images, rows, row_bytes, budget):
    seen = []
    for batch, part in chunked.parts_of(images, rows, row_bytes, budget):
        inside = [(n, i) for n in range(batch.start, batch.stop) for i in range(part.start, part.stop)]
        assert len(inside) * row_bytes <= budget or len(inside) == 1
        seen += inside
    assert seen == [(n, i) for n in range(images) for i in range(rows)]


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_the_number_of_threads_changes_nothing(path, threads, monkeypatch):
    monkeypatch.setattr(cpu, "GRAIN", 1)
    tensors, stride, padding = arguments(**SHAPE, requires_grad=True)
    expected = definition(tensors, stride, padding)
    torch.set_num_threads(threads)
    yours = acda.acda_conv2d(*tensors, stride, padding)
    assert_same(yours, expected)
    assert_same(gradients(yours, tensors), gradients(expected, tensors))


def test_two_threads_of_one_program_may_compute_at_once(path):
    from concurrent.futures import ThreadPoolExecutor

    def run(_):
        tensors, stride, padding = arguments(**SHAPE, requires_grad=True)
        return gradients(acda.acda_conv2d(*tensors, stride, padding), tensors)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, range(12)))
    for gradient in found[1:]:
        assert_same(gradient, found[0])


def test_float32_is_as_exact_as_float32_can_be(path):
    tensors, stride, padding = arguments(**SHAPE, dtype=torch.float32, requires_grad=True)
    exact = [t.detach().double().requires_grad_() for t in tensors]
    yours, expected = acda.acda_conv2d(*tensors, stride, padding), definition(exact, stride, padding)
    assert yours.dtype == torch.float32
    torch.testing.assert_close(yours.double(), expected, rtol=1e-5, atol=2e-5)
    for got, wanted in zip(gradients(yours, tensors), gradients(expected, exact), strict=True):
        torch.testing.assert_close(got.double(), wanted, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("kernel_size", [9, 33])
def test_large_kernels_work_too(path, kernel_size):
    x = torch.randn(1, 2, 34, 35, dtype=torch.float64, requires_grad=True)
    K = torch.randn(2, kernel_size, kernel_size, dtype=torch.float64, requires_grad=True)
    D = K[None, :, :, :, None, None].expand(-1, -1, -1, -1, 34 - kernel_size + 1, 35 - kernel_size + 1)
    Z_tilde = acda.atom_conv(x, D)
    expected = F.conv2d(x.transpose(0, 1), K[:, None])[None]
    assert_same(Z_tilde, expected)
    assert_same(gradients(Z_tilde, (x, K)), gradients(expected, (x, K)))


def test_no_tensor_of_atoms_atom_outputs_or_patches_is_ever_made(path, monkeypatch):
    """The largest piece of memory asked for is the padded input or the output."""
    monkeypatch.setattr(cpu, "CHUNK_BYTES", 2**17)
    monkeypatch.setattr(chunked, "PLAIN_CHUNK_BYTES", 2**17)
    tensors, stride, padding = arguments(1, 16, 16, 6, 6, 5, 32, 32, 1, 2, torch.float32, requires_grad=True)
    with torch.profiler.profile(profile_memory=True, acc_events=True) as profile:
        acda.acda_conv2d(*tensors, stride, padding).sum().backward()
    largest = max(event.self_cpu_memory_usage for event in EventList(profile.events()))
    image = 16 * 32 * 32 * 4
    assert tensors[1].numel() == 36 * 32 * 32  # alpha, whose gradient must exist: 2.25 images
    assert image < largest < 2.5 * image  # Z_tilde: 6 images, the atoms: 9.4, the patches: 25


def test_the_compiled_kernel_is_the_one_that_runs(fresh_library, monkeypatch):
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
    x = torch.zeros(1, 1, 3, 3)
    assert isinstance(operators.engine(x, 3, 1, 1), Compiled)
    assert isinstance(operators.engine(x.double(), 3, 1, 1), Compiled)
    assert isinstance(operators.engine(x.half(), 3, 1, 1), chunked.Plain)
    assert isinstance(operators.engine(x.to("meta"), 3, 1, 1), chunked.Plain)


def right():
    tensors, stride, padding = arguments(dtype=torch.float32)
    exact = definition([t.double() for t in tensors], stride, padding)
    torch.testing.assert_close(acda.acda_conv2d(*tensors, stride, padding).double(), exact, rtol=1e-5, atol=1e-5)


@pytest.fixture
def empty_cache(fresh_library, monkeypatch, tmp_path):
    monkeypatch.setenv("ACDA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("ACDA_KERNEL", raising=False)
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
        (a_compiler_that_fails, "with 'false' (.*non-zero exit status.*)"),
        (a_compiler_that_makes_no_library, "with 'true' (.*No such file.*)"),
        (a_cache_that_cannot_be_written, "with 'cc' (.*File exists.*)"),
        (no_home_folder, "with 'cc' (.*home directory.*)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_trouble_with_the_compiler_is_told_once_and_the_result_is_right(monkeypatch, empty_cache, trouble, reason):
    trouble(monkeypatch, empty_cache)
    with pytest.warns(
        RuntimeWarning, match=f"(?s)could not compile its fast kernel {reason}.*plain.*ACDA_KERNEL=plain"
    ):
        right()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right()


def test_both_precisions_together_warn_once(tmp_path):
    process = in_a_new_process(tmp_path, "(torch.float32, torch.float64)", compiled=False, CC="/no/such/compiler")
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert said.count("RuntimeWarning") == 1


def test_the_plain_path_may_be_chosen_and_then_nothing_is_said_or_compiled(monkeypatch, empty_cache):
    monkeypatch.setenv("ACDA_KERNEL", "plain")
    right()
    assert not empty_cache.exists()


def test_a_compiler_may_come_with_arguments(monkeypatch, empty_cache):
    monkeypatch.setenv("CC", "cc -pipe")
    assert library(torch.float32)
    right()


def test_compiling_is_said_once_and_taking_it_from_the_cache_is_not(empty_cache, caplog):
    assert library(torch.float32)
    (record,) = caplog.records
    assert "once" in record.getMessage()
    assert str(empty_cache) in record.getMessage()
    library.cache_clear()
    assert library(torch.float32)
    assert caplog.records == [record]


def test_a_compiler_without_openmp_gives_a_kernel_of_one_thread_and_says_so(monkeypatch, empty_cache, tmp_path, caplog):
    compiler = tmp_path / "plaincc"
    compiler.write_text('#!/bin/sh\ncase " $* " in *" -fopenmp "*) echo "no OpenMP" >&2; exit 1;; esac\nexec cc "$@"\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CC", str(compiler))
    assert library(torch.float32)
    assert "one thread" in caplog.records[-1].getMessage()
    right()


def test_a_broken_file_in_the_cache_is_made_again(empty_cache, monkeypatch, tmp_path):
    assert library(torch.float32)
    (made,) = empty_cache.iterdir()
    broken = tmp_path / "another cache" / made.name  # at the old place the linker would not look at the file again
    broken.parent.mkdir()
    broken.write_text("not a library")
    monkeypatch.setenv("ACDA_CACHE_DIR", str(broken.parent))
    library.cache_clear()
    assert library(torch.float32)
    assert list(broken.parent.iterdir()) == [broken]
    right()


def test_a_second_process_takes_what_the_first_has_compiled(empty_cache, monkeypatch):
    assert library(torch.float32)
    before = {file: file.stat().st_mtime_ns for file in empty_cache.iterdir()}
    library.cache_clear()
    monkeypatch.setattr(build.subprocess, "run", None)
    assert library(torch.float32)
    assert {file: file.stat().st_mtime_ns for file in empty_cache.iterdir()} == before


def test_two_processes_may_compile_at_the_same_time(tmp_path):
    processes = [in_a_new_process(tmp_path, "[torch.float64]", compiled=True) for _ in range(2)]
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said
        assert "Warning" not in said
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".so"


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_operators_are_registered_as_torch_asks(layout):
    (x, alpha, psi, A, bias), stride, padding = arguments(stride=2, dtype=torch.float32, requires_grad=True)
    if layout == torch.channels_last:
        x, alpha = x.detach().to(memory_format=layout).requires_grad_(), rearranged(alpha)
    D = acda.compose_atoms(alpha, psi).detach().requires_grad_()
    torch.library.opcheck(operators.acda_conv, (x, alpha, psi, A, bias, stride, padding))
    torch.library.opcheck(operators.atom_conv, (x, D, stride, padding))


def rearranged(alpha):
    """As a convolution in channels-last memory makes it."""
    n, m, k, h, w = alpha.shape
    last = alpha.detach().reshape(n, m * k, h, w).to(memory_format=torch.channels_last)
    return last.view(n, m, k, h, w).requires_grad_()


def counted(function):
    with FlopCounterMode(display=False) as counter:
        result = function()
    return counter.get_total_flops(), result


@pytest.mark.parametrize("psi_grad", [False, True])
def test_pytorchs_counter_sees_what_the_fast_form_computes(psi_grad):
    x, alpha, A = (torch.randn(s, requires_grad=True) for s in ((2, 5, 9, 8), (2, 6, 12, 9, 8), (7, 5, 6)))
    psi = torch.randn(12, 5, 5, requires_grad=psi_grad)
    (plain, Z), (fast, Z_fast) = (
        counted(lambda form=form: form(x, alpha, psi, A, padding=2)) for form in (unfold_conv2d, acda.acda_conv2d)
    )
    assert fast == plain
    once_more = 2 * 2 * 9 * 8 * (6 * 12 * 25 + 5 * 6 * 25)  # composition and atom convolution, not kept
    backward, backward_fast = (counted(out.sum().backward)[0] for out in (Z, Z_fast))
    assert backward_fast == backward + once_more


def test_pytorchs_counter_sees_the_atom_convolution():
    x, D = (torch.randn(s, requires_grad=True) for s in ((2, 5, 9, 8), (2, 6, 3, 3, 9, 8)))
    forward, Z_tilde = counted(lambda: acda.atom_conv(x, D, padding=1))
    assert forward == 2 * 2 * 9 * 8 * 5 * 6 * 9
    assert counted(Z_tilde.sum().backward)[0] == 2 * forward
