"""Steps that are captured once and replayed are those of a loop: with a recorder in the place of a card's graph."""

import logging
import signal
import time

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from acda_core.data import objects, photographs
from acda_core.data.cells import Cells
from acda_core.data.cifar import LabelledImages
from acda_core.data.patterns import toy_sample
from acda_core.experiments import (
    ablation,
    classify,
    counting,
    counting_cells,
    lenet,
    resnet,
    restoration,
    restoration_rivals,
    toy,
)
from acda_core.training import fit as fitting
from acda_core.training.captured import WARMUP
from acda_core.training.fit import fit, one_cycle

aten = torch.ops.aten
WAITING = aten._local_scalar_dense, aten.nonzero, aten.masked_select, aten.equal, aten.lift_fresh


def waits(operator, arguments):
    """Whether a card would be waited for: a number is read, a size depends on numbers, or numbers come from Python."""
    masked = operator.overloadpacket is aten.index and any(
        index is not None and index.dtype == torch.bool for index in arguments[1]
    )
    return masked or operator.overloadpacket in WAITING


class Recorder(TorchDispatchMode):
    """Notes operators, their arguments and results, and what all tensors held before."""

    def __init__(self):
        super().__init__()
        self.calls, self.before = [], {}

    def __torch_dispatch__(self, operator, types, arguments=(), keywords=None):
        keywords = keywords or {}
        if waits(operator, arguments):
            raise RuntimeError(f"{operator} is not permitted while a graph is captured")
        for tensor in tree_leaves((arguments, keywords)):
            written = isinstance(tensor, torch.Tensor) and 0 not in tensor.stride()  # an expanded one never is
            if written and id(tensor) not in self.before:
                self.before[id(tensor)] = tensor, tensor.clone()
        results = operator(*arguments, **keywords)
        self.calls.append((operator, arguments, keywords, results))
        return results

    @torch.no_grad()
    def undo(self):
        for tensor, value in reversed(list(self.before.values())):
            tensor.copy_(value)


class RecordedGraph:
    """As a CUDA graph it knows memory and operators, and nothing of Python: numbers are those of the capture."""

    def fill(self, buffer, value):
        buffer.copy_(value)

    def warm(self, work):
        return work()

    def capture(self, work):
        recorder = Recorder()
        try:
            with recorder:
                self.result = work()
        finally:
            recorder.undo()
        self.calls = recorder.calls

    @torch.no_grad()
    def replay(self):
        for operator, arguments, keywords, results in self.calls:
            for kept, found in zip(tree_leaves(results), tree_leaves(operator(*arguments, **keywords)), strict=True):
                if isinstance(kept, torch.Tensor) and kept.data_ptr() != found.data_ptr():
                    kept.copy_(found)
        return self.result


class OneByOne(RecordedGraph):
    """Captures nothing."""

    def capture(self, work):
        self.replay = work


def record(monkeypatch, kind=RecordedGraph):
    monkeypatch.setattr(fitting, "graph_for", lambda optimizer: kind())


def said(caplog):
    """What is logged of steps that are taken without a graph; compilers of kernels log too."""
    return [one.getMessage() for one in caplog.records if one.name == "acda_core.training.captured"]


def images():
    random = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (20, 3, 32, 32), dtype=torch.uint8, generator=random)
    return LabelledImages(pixels, torch.randint(10, (20,), generator=random), "random")


def small_images(device, make, name):
    network = make(name, 10, 0).to(device)
    return network, lambda: classify.train_network(network, images(), 7, 3, 4, device=device, progress=False)


def crowd(device, name):
    network = counting.make_network(name, 0).to(device)
    return network, lambda: counting.train_network(
        *(network, objects.crowds(0, 6), 7, 1, 2), device=device, progress=False
    )


def dotted(device, name):
    network, random = counting_cells.make_network(name, 0).to(device), torch.Generator().manual_seed(0)
    images = torch.randint(256, (3, 3, 100, 104), dtype=torch.uint8, generator=random)
    data = objects.dotted(Cells(images, list(100 * torch.rand(3, 9, 2, generator=random))), 0.5, 0.3)
    return network, lambda: counting_cells.train_network(network, data, 7, 1, device=device, progress=False)


def photographed(device, name):
    network, random = restoration_rivals.make_network(name, 0).to(device), torch.Generator().manual_seed(0)
    pairs = [
        photographs.Pair(*torch.rand(2, 3, 40, 4 * side, generator=random), torch.zeros(40, 4 * side))
        for side in (9, 12)
    ]
    return network, lambda: restoration.train_network(network, pairs, 7, 1, 2, device=device, progress=False)


def patterns(device, recipe):
    layer, sample = toy.make_layer("acda", recipe, 0).to(device), toy_sample(0, 24, 3).to(device)
    return layer, lambda: toy.train_layer(layer, sample, 7, toy.RECIPES[recipe].momentum, progress=False)


def variant(device, name):
    layer, sample = ablation.make_layer(name, 0).to(device), toy_sample(0, 24, 3).to(device)
    return layer, lambda: toy.train_layer(layer, sample, 7, progress=False)


RESTORING = "one_acda", "one_kpn", "one_bpn", "dncnn", "kpn"
TRAININGS = {
    **{f"lenet {name}": (small_images, lenet.make_network, name) for name in ("conv", "acda", "kpn")},
    **{f"lenet {name}": (small_images, lenet.make_network, name) for name in ("condconv", "dyconv")},
    "resnet acda": (small_images, resnet.make_network, "acda"),
    **{f"counting {name}": (crowd, name) for name in ("conv", "acda_released", "condconv")},
    **{f"restoration {name}": (photographed, name) for name in RESTORING},
    **{f"counting_cells {name}": (dotted, name) for name in ("acda_image", "condconv")},
    **{f"toy {recipe}": (patterns, recipe) for recipe in toy.RECIPES},
    "ablation": (variant, "ψ learned"),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_the_steps_of_every_experiment_can_be_captured_and_are_those_taken_one_by_one(name, monkeypatch, caplog):
    ended = []
    for kind in (RecordedGraph, OneByOne, None):
        make, *of = TRAININGS[name]
        with monkeypatch.context() as patch:
            if kind is not None:
                record(patch, kind)
            network, train = make("cpu", *of)
            ended.append((train().losses, network.state_dict()))
    (replayed, state), (taken, other_state), (plain, _) = ended
    assert replayed == taken
    assert all(torch.equal(value, other_state[key]) for key, value in state.items())
    assert not said(caplog)  # nothing was given up
    assert taken[:WARMUP] == pytest.approx(plain[:WARMUP], rel=1e-4)  # the optimizer's fused form rounds otherwise


def problem(optimizer=torch.optim.Adam, device="cpu", bad=None):
    """A small regression whose data depend on the step, and are not finite at the step `bad`."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 1)).to(device)

    def inputs(step):
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(step))
        return (x if step != bad else x / 0,)

    def loss(x):
        return (model(x) - x.sum(1, keepdim=True)).square().mean()

    return model, loss, optimizer(model.parameters(), lr=0.01), inputs


def trained(steps, checkpoint=None, *, every=30.0, highest=0.05, **keywords):
    model, loss, optimizer, inputs = problem(**keywords)
    rate = one_cycle(20, highest)
    history = fit(model, loss, optimizer, steps, checkpoint, every, progress=False, rate=rate, inputs=inputs)
    return history.losses, model.state_dict()


def assert_same_bits(one, other):
    assert one[0] == other[0]
    assert all(torch.equal(value, other[1][key]) for key, value in one[1].items())


@pytest.mark.parametrize("optimizer", [torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD])
def test_a_captured_training_follows_the_learning_rate(optimizer, monkeypatch):
    expected = trained(20, optimizer=optimizer)[0]
    record(monkeypatch)
    assert trained(20, optimizer=optimizer)[0] == pytest.approx(expected, rel=1e-4)
    assert trained(20, optimizer=optimizer, highest=0.04)[0] != pytest.approx(expected, rel=1e-2)


def test_a_step_is_captured_once_and_takes_no_step_by_it(monkeypatch):
    record(monkeypatch)
    model, loss, optimizer, inputs = problem()
    called = []
    fit(model, lambda x: (called.append(1), loss(x))[1], optimizer, 20, progress=False, inputs=inputs)
    assert len(called) == WARMUP + 1
    assert {state["step"].item() for state in optimizer.state.values()} == {20}


@pytest.mark.parametrize("stop", [1, WARMUP, WARMUP + 1, 13, 20])
def test_a_captured_run_in_two_parts_ends_at_the_bits_of_one_run(stop, tmp_path, monkeypatch):
    record(monkeypatch)
    trained(stop, tmp_path / "run.pt")
    assert_same_bits(trained(20, tmp_path / "run.pt"), trained(20))


@pytest.mark.parametrize("captured", ["first", "second"])
def test_a_run_that_began_on_one_device_goes_on_on_another(captured, tmp_path, monkeypatch):
    expected = trained(20)[0]
    for part, steps in (("first", 9), ("second", 20)):
        with monkeypatch.context() as patch:
            if part == captured:
                record(patch)
            found = trained(steps, tmp_path / "run.pt")[0]
    assert found == pytest.approx(expected, rel=1e-4)


def test_ctrl_c_ends_a_captured_run_after_a_whole_step_with_all_its_losses(tmp_path, monkeypatch):
    record(monkeypatch)
    model, loss, optimizer, inputs = problem()
    before = signal.getsignal(signal.SIGINT)

    def interrupted(step):
        if step == 11:
            signal.raise_signal(signal.SIGINT)
            while signal.getsignal(signal.SIGINT) is not before:
                time.sleep(0.001)
        return inputs(step)

    rate = one_cycle(20, 0.05)
    with pytest.raises(KeyboardInterrupt):
        fit(model, loss, optimizer, 20, tmp_path / "run.pt", progress=False, rate=rate, inputs=interrupted)
    assert len(torch.load(tmp_path / "run.pt", weights_only=True)["losses"]) == 12
    assert_same_bits(trained(20, tmp_path / "run.pt"), trained(20))


@pytest.mark.parametrize("bad", [0, WARMUP, 9])
def test_a_captured_loss_that_is_not_finite_is_told_with_its_step_and_not_stored(bad, tmp_path, monkeypatch):
    record(monkeypatch)
    with pytest.raises(FloatingPointError, match=rf"the loss is (nan|inf) at step {bad}: the steps are too large"):
        trained(20, tmp_path / "run.pt", bad=bad)
    assert not (tmp_path / "run.pt").exists()


@pytest.mark.parametrize(("every", "times"), [(0, 20), (30, 1)])
def test_losses_are_read_before_each_checkpoint_and_at_the_end(every, times, tmp_path, monkeypatch):
    record(monkeypatch)
    monkeypatch.setattr(fitting, "READ_EVERY", 60)
    read, numbers = fitting._read, []
    monkeypatch.setattr(fitting, "_read", lambda unread, history: (numbers.append(len(unread)), read(unread, history)))
    trained(20, tmp_path / "run.pt", every=every)
    assert numbers == [20 // times] * times


def test_a_step_that_reads_a_number_is_taken_without_a_graph_and_one_line_says_so(monkeypatch, caplog):
    record(monkeypatch)
    model, loss, optimizer, inputs = problem()

    def reading(x):
        return loss(x) if x.sum().item() < 1e9 else loss(-x)

    with caplog.at_level(logging.WARNING):
        losses = fit(model, reading, optimizer, 20, progress=False, inputs=inputs).losses
    assert said(caplog) == [
        "The steps of this training are taken without a CUDA graph: "
        "aten._local_scalar_dense.default is not permitted while a graph is captured"
    ]
    monkeypatch.undo()
    model, loss, optimizer, inputs = problem()
    assert losses == pytest.approx(fit(model, loss, optimizer, 20, progress=False, inputs=inputs).losses, rel=1e-4)


def test_inputs_that_change_their_shapes_are_taken_without_a_graph(monkeypatch, caplog):
    def losses():
        model, loss, optimizer, inputs = problem()
        shorter = fit(
            model, loss, optimizer, 20, progress=False, inputs=lambda step: (inputs(step)[0][: 5 if step > 7 else 8],)
        )
        return shorter.losses

    expected = losses()
    record(monkeypatch)
    assert losses() == pytest.approx(expected, rel=1e-4)
    assert len(said(caplog)) == 1
