"""Chunks: their sizes, their order and the threads change nothing, and no large tensor is made."""

import inspect
import itertools
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import arguments, assert_same, definition, gradients, in_steps
from torch.autograd.profiler_util import EventList

import acda_core as acda
from acda_core.kernels import chunked, cpu

SHAPE = {"images": 3, "in_channels": 5, "num_atoms": 7, "height": 7, "width": 11}
SMALLEST, ONE_ROW, ONE_IMAGE, EVERYTHING = 1, 5 * 7 * 11 * 9 * 8, 7 * 5 * 7 * 11 * 9 * 8, 2**30


@pytest.mark.parametrize(
    ("budget", "block"),
    [
        (SMALLEST, 1),
        (ONE_ROW, 11),
        (2 * ONE_ROW, 22),
        (ONE_ROW * 5 // 2, 27),
        (ONE_IMAGE, 77),
        (2 * ONE_IMAGE, 154),
        (EVERYTHING, 1000),
    ],
)
@pytest.mark.parametrize("stride", [1, 2])
def test_the_size_of_a_chunk_or_block_changes_nothing(engine, monkeypatch, budget, block, stride):
    tensors, sizes = arguments(**SHAPE, stride=stride, requires_grad=True)
    expected = definition(tensors, *sizes)
    monkeypatch.setattr(cpu, "BLOCK", block)
    monkeypatch.setattr(chunked, "CHUNK_BYTES", budget)
    wanted = gradients(expected, tensors)
    for form in (acda.acda_conv2d, in_steps):
        yours = form(*tensors, *sizes)
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


@pytest.mark.parametrize("shape", [{"groups": 4, "stride": 2}, {"width": 67, "height": 3}], ids=["groups", "wide"])
def test_the_size_of_blocks_and_strips_changes_nothing(monkeypatch, shape):
    tensors, sizes = arguments(in_channels=8, **shape, requires_grad=True)
    expected = definition(tensors, *sizes)
    wanted = gradients(expected, tensors)
    monkeypatch.setattr(cpu, "GRAIN", 1)
    torch.set_num_threads(2)
    for block, strip, many in itertools.product((1, 8, 30, 1000), (1, 3, 32), (0, 2**17)):
        monkeypatch.setattr(cpu, "BLOCK", block)
        monkeypatch.setattr(cpu, "STRIP", strip)
        monkeypatch.setattr(cpu, "MANY_WEIGHTS", many)
        yours = acda.acda_conv2d(*tensors, *sizes)
        assert_same(yours, expected)
        assert_same(gradients(yours, tensors), wanted)


@pytest.mark.parametrize(("threads", "many"), [(1, 0), (3, 2**17), (3, 0)])
def test_the_same_call_gives_the_same_bits(engine, threads, many, monkeypatch):
    monkeypatch.setattr(cpu, "GRAIN", 1)
    monkeypatch.setattr(cpu, "MANY_WEIGHTS", many)
    torch.set_num_threads(threads)
    tensors, sizes = arguments(2, 16, 16, 6, height=20, width=20, dtype=torch.float32, requires_grad=True)
    first, *others = (acda.acda_conv2d(*tensors, *sizes) for _ in range(5))
    found, *again = (gradients(Z, tensors) for Z in (first, *others))
    assert all(torch.equal(Z, first) for Z in others)
    assert all(torch.equal(a, b) for other in again for a, b in zip(other, found, strict=True))


@pytest.mark.parametrize(("threads", "many"), [(1, 2**17), (2, 2**17), (3, 2**17), (8, 2**17), (2, 0), (3, 0), (8, 0)])
def test_the_number_of_threads_changes_nothing(engine, threads, many, monkeypatch):
    monkeypatch.setattr(cpu, "GRAIN", 1)
    monkeypatch.setattr(cpu, "MANY_WEIGHTS", many)
    tensors, sizes = arguments(**SHAPE | {"in_channels": 16}, requires_grad=True)
    expected = definition(tensors, *sizes)
    torch.set_num_threads(threads)
    yours = acda.acda_conv2d(*tensors, *sizes)
    assert_same(yours, expected)
    assert_same(gradients(yours, tensors), gradients(expected, tensors))


def test_fewer_threads_than_asked_for_give_the_same_gradients():
    """160 channels of 20 pixels, where backward shares out the channels; OpenMP grants one thread of four."""
    code = """
import torch
from samples import arguments, assert_same, gradients
import acda_core as acda
from acda_core.kernels import cpu

tensors, sizes = arguments(2, 160, 160, 6, height=5, width=4, requires_grad=True)
torch.set_num_threads(1)
wanted = gradients(acda.acda_conv2d(*tensors, *sizes), tensors)
cpu._kept.room = torch.full((2**24,), 127, dtype=torch.uint8)  # what was computed before
torch.set_num_threads(4)
assert_same(gradients(acda.acda_conv2d(*tensors, *sizes), tensors), wanted)
"""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_working_memory_is_kept_for_the_next_call_up_to_a_bound(monkeypatch):
    tensors, sizes = arguments(**SHAPE, requires_grad=True)
    wanted = gradients(definition(tensors, *sizes), tensors)
    for bound in (1, 2**24):
        monkeypatch.setattr(cpu, "KEPT_BYTES", bound)
        monkeypatch.setattr(cpu, "_kept", threading.local())
        for _ in range(2):
            assert_same(gradients(acda.acda_conv2d(*tensors, *sizes), tensors), wanted)
            assert hasattr(cpu._kept, "room") == (bound > 1)


def test_two_threads_of_one_program_may_compute_at_once(engine):
    from concurrent.futures import ThreadPoolExecutor

    def run(_):
        tensors, sizes = arguments(**SHAPE, requires_grad=True)
        return gradients(acda.acda_conv2d(*tensors, *sizes), tensors)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, range(12)))
    for gradient in found[1:]:
        assert_same(gradient, found[0])


def test_no_tensor_of_atoms_atom_outputs_or_patches_is_ever_made(engine, monkeypatch):
    """The largest piece of memory asked for is the input, the output or the gradient of alpha."""
    monkeypatch.setattr(cpu, "BLOCK", 32)
    monkeypatch.setattr(cpu, "STRIP", 8)
    monkeypatch.setattr(chunked, "CHUNK_BYTES", 2**17)
    tensors, sizes = arguments(1, 16, 16, 6, 6, 5, 32, 32, 1, 2, dtype=torch.float32, requires_grad=True)
    # without this, torch from 2.6 on warns that it may forget events
    keeps_all = {"acc_events": True} if "acc_events" in inspect.signature(torch.profiler.profile).parameters else {}
    with torch.profiler.profile(profile_memory=True, **keeps_all) as profile:
        acda.acda_conv2d(*tensors, *sizes).sum().backward()
    largest = max(event.self_cpu_memory_usage for event in EventList(profile.events()))
    image = 16 * 32 * 32 * 4
    assert tensors[1].numel() == 36 * 32 * 32  # alpha, whose gradient must exist: 2.25 images
    assert image < largest < 2.5 * image  # Z_tilde: 6 images, the atoms: 9.4, the patches: 25


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kernel_size=st.sampled_from([1, 3, 5]),
    height=st.integers(1, 7),
    width=st.integers(1, 12),
    stride=st.integers(1, 3),
    padding=st.integers(0, 3),
    images=st.integers(1, 2),
    in_channels=st.integers(1, 7),
    out_channels=st.integers(1, 2),
    num_atoms=st.integers(1, 7),
    num_bases=st.integers(1, 3),
    block=st.sampled_from([1, 9, 256]),
    threads=st.sampled_from([1, 3]),
    many=st.sampled_from([0, 2**17]),
)
def test_it_equals_the_definition_at_any_shape_size_of_blocks_and_number_of_threads(block, threads, many, **shape):
    if min(shape["height"], shape["width"]) + 2 * shape["padding"] < shape["kernel_size"]:
        return
    tensors, sizes = arguments(**shape, requires_grad=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "BLOCK", block)
        patch.setattr(cpu, "SMALL_BLOCK", 1)
        patch.setattr(cpu, "GRAIN", 1)
        patch.setattr(cpu, "MANY_WEIGHTS", many)
        torch.set_num_threads(threads)
        yours = acda.acda_conv2d(*tensors, *sizes)
        expected = definition(tensors, *sizes)
        assert_same(yours, expected)
        assert_same(gradients(yours, tensors), gradients(expected, tensors))
