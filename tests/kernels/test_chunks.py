"""Chunks: their sizes, their order and the threads change nothing, and no large tensor is made."""

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
    "budget", [SMALLEST, ONE_ROW, 2 * ONE_ROW, ONE_ROW * 5 // 2, ONE_IMAGE, 2 * ONE_IMAGE, EVERYTHING]
)
@pytest.mark.parametrize("stride", [1, 2])
def test_the_size_of_a_chunk_changes_nothing(engine, monkeypatch, budget, stride):
    tensors, sizes = arguments(**SHAPE, stride=stride, requires_grad=True)
    expected = definition(tensors, *sizes)
    monkeypatch.setattr(cpu, "CHUNK_BYTES", budget)
    monkeypatch.setattr(chunked, "PLAIN_CHUNK_BYTES", budget)
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


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_the_number_of_threads_changes_nothing(engine, threads, monkeypatch):
    monkeypatch.setattr(cpu, "GRAIN", 1)
    tensors, sizes = arguments(**SHAPE, requires_grad=True)
    expected = definition(tensors, *sizes)
    torch.set_num_threads(threads)
    yours = acda.acda_conv2d(*tensors, *sizes)
    assert_same(yours, expected)
    assert_same(gradients(yours, tensors), gradients(expected, tensors))


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
    """The largest piece of memory asked for is the padded input or the output."""
    monkeypatch.setattr(cpu, "CHUNK_BYTES", 2**17)
    monkeypatch.setattr(chunked, "PLAIN_CHUNK_BYTES", 2**17)
    tensors, sizes = arguments(1, 16, 16, 6, 6, 5, 32, 32, 1, 2, dtype=torch.float32, requires_grad=True)
    with torch.profiler.profile(profile_memory=True, acc_events=True) as profile:
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
    in_channels=st.integers(1, 4),
    out_channels=st.integers(1, 2),
    num_atoms=st.integers(1, 7),
    num_bases=st.integers(1, 3),
    budget=st.sampled_from([1, 500, 2**23]),
)
def test_it_equals_the_definition_at_any_shape_and_chunk_size(budget, **shape):
    if min(shape["height"], shape["width"]) + 2 * shape["padding"] < shape["kernel_size"]:
        return
    tensors, sizes = arguments(**shape, requires_grad=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "CHUNK_BYTES", budget)
        yours = acda.acda_conv2d(*tensors, *sizes)
        expected = definition(tensors, *sizes)
        assert_same(yours, expected)
        assert_same(gradients(yours, tensors), gradients(expected, tensors))


class InReverse:
    """Another engine's chunks, the last one first."""

    def __init__(self, engine):
        self.engine = engine

    def parts(self):
        return reversed(list(self.engine.parts()))

    def chunk(self, part):
        return self.engine.chunk(part)


@pytest.mark.parametrize("stride", [1, 2])
def test_chunks_may_be_computed_in_any_order(engine, monkeypatch, stride):
    monkeypatch.setattr(cpu, "CHUNK_BYTES", ONE_ROW * 5 // 2)
    monkeypatch.setattr(chunked, "PLAIN_CHUNK_BYTES", ONE_ROW * 5 // 2)
    tensors, sizes = arguments(**SHAPE, stride=stride, requires_grad=True)
    x, alpha, psi, A, bias = (t.detach() for t in tensors)
    expected = definition(tensors, *sizes)

    def reverse(x, call):
        return InReverse(cpu.engine(x, call))

    assert_same(chunked.acda_conv(reverse, x, alpha, psi, A, bias, *sizes[:3]), expected)
    weights = torch.randn_like(expected)
    found = chunked.acda_conv_backward(reverse, weights, x, alpha, psi, A, *sizes[:3], True)
    assert_same(found, torch.autograd.grad(expected, tensors[:4], weights))


@pytest.mark.parametrize("psi", [None, torch.randn(5, 9, dtype=torch.float64)], ids=["D", "alpha and psi"])
def test_a_chunk_alone_is_that_part_of_the_whole(engine, monkeypatch, psi):
    """The protocol of chunked.Chunk, on a part in the middle, without any call before."""
    monkeypatch.setattr(cpu, "CHUNK_BYTES", ONE_ROW)
    bases = 9 if psi is None else 5
    x, field = (torch.randn(s, dtype=torch.float64) for s in ((3, 5, 7, 11), (3, 7, bases, 7, 11)))
    D = field if psi is None else torch.einsum("nmkhw,kt->nmthw", field, psi)
    wanted = acda.atom_conv(x, D.unflatten(2, (3, 3)), padding=1)
    batch, rows = part = slice(1, 2), slice(3, 5)
    chunk = cpu.engine(x, chunked.Call(3, 5, 7, 3, 7, 11, 1, 1, 1)).chunk(part)
    Z_tilde = torch.empty(1, 5, 7, 2, 11, dtype=torch.float64)
    chunk.forward(chunk.compose(field[batch, :, :, rows], psi), Z_tilde)
    assert_same(Z_tilde, wanted[batch, :, :, rows])
