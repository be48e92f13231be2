"""What needs a graphics card. Without one these tests are skipped."""

import copy
import json
import sys

import pytest
import torch
from samples import write_jpeg_copy
from small_commands import COMMANDS, shrink

from acda_core import ACDAConv2d, __main__
from acda_core.experiments.bench_card import captured

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_trains_as_it_does_on_the_processor(name, tmp_path, monkeypatch):
    write_jpeg_copy(tmp_path, train=40, test=20)
    monkeypatch.setenv("ACDA_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    shrink(monkeypatch.setattr)
    losses = []
    for device in ("cpu", "cuda"):
        out = tmp_path / f"{device}.json"
        monkeypatch.setattr(sys, "argv", ["acda_core", *COMMANDS[name], "--device", device, "--out", str(out)])
        __main__.main()
        losses.append([row["last_loss"] for row in json.loads(out.read_text())["results"]])
    assert losses[1] == pytest.approx(losses[0], rel=0.05)


def test_a_layer_computes_on_the_card_what_it_computes_on_the_processor():
    torch.manual_seed(0)
    layer, x = ACDAConv2d(6, 8, 5, stride=2, padding=2).double(), torch.randn(2, 6, 11, 9).double()
    expected = layer(x)
    torch.testing.assert_close(layer.cuda()(x.cuda()).cpu(), expected)


def step_of(layer, x):
    """The output and all gradients of a layer."""
    x = x.detach().requires_grad_()
    y = layer(x)
    return y.detach(), *torch.autograd.grad(y.square().sum(), (x, *layer.parameters()))


def largest_difference(found, expected):
    return max(
        ((one.cpu().double() - other).norm() / other.norm()).item() for one, other in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize(("tf32", "tolerance"), [(False, 1e-5), (True, 5e-3)])
@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_tf32_is_used_where_a_convolution_uses_it(kernel_size, tf32, tolerance):
    torch.manual_seed(0)
    layer, x = ACDAConv2d(37, 20, kernel_size, padding=kernel_size // 2), torch.randn(2, 37, 23, 17)
    expected = step_of(copy.deepcopy(layer).double(), x.double())
    with torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=tf32):  # for the generator
        found = step_of(layer.cuda(), x.cuda())
        again = step_of(layer, x.cuda())
    assert largest_difference(found, expected) < tolerance
    assert all(torch.equal(one, other) for one, other in zip(found, again, strict=True))


def test_a_layer_on_the_card_exports_and_computes_the_same_there():
    layer, x = ACDAConv2d(6, 8, 5, stride=2, padding=2).cuda().eval(), torch.randn(2, 6, 11, 9, device="cuda")
    exported = torch.export.export(layer, (x,)).module()
    with torch.no_grad(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        torch.testing.assert_close(exported(x), layer(x), atol=1e-5, rtol=1e-5)


def test_a_forward_pass_can_be_captured_as_a_graph():
    layer, x = ACDAConv2d(6, 8, 5, padding=2).cuda().eval(), torch.randn(2, 6, 11, 9, device="cuda")
    with torch.no_grad():
        expected = layer(x)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            captured = layer(x)
        captured.zero_()
        graph.replay()
    torch.testing.assert_close(captured, expected)


def test_a_training_step_can_be_captured_as_a_graph_and_repeats_what_it_did():
    layer, x = ACDAConv2d(6, 8, 5, padding=2).cuda(), torch.randn(2, 6, 11, 9, device="cuda", requires_grad=True)
    leaves = x, *layer.parameters()
    found = [torch.empty_like(t) for t in leaves]

    def run():
        for one, gradient in zip(found, torch.autograd.grad(layer(x).square().sum(), leaves), strict=True):
            one.copy_(gradient)

    with torch.backends.cudnn.flags(enabled=True, deterministic=True):  # for the generator
        run()
        expected = [one.clone() for one in found]
        replay = captured(run)
    for one in found:
        one.zero_()
    replay()
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))


def test_many_sizes_of_images_compile_few_times():
    from acda_core.kernels.cuda import kernels

    layer = ACDAConv2d(16, 16, 5, padding=2).cuda()
    compiled = kernels.atoms.device_caches[torch.cuda.current_device()][0]
    before = len(compiled)
    for size in range(20, 70):
        step_of(layer, torch.randn(1, 16, size, size + 1, device="cuda"))
    assert len(compiled) <= before + 2
