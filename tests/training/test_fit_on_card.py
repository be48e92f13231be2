"""Training on a graphics card, captured as a CUDA graph. Without a card these tests are skipped."""

import signal
import time

import pytest
import torch
from test_captured import TRAININGS, problem, said

from acda_core.training import fit as fitting
from acda_core.training.captured import WARMUP, CapturedSteps, CardGraph, graph_for
from acda_core.training.fit import fit, one_cycle

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card")
STEPS = 20
ON_CARD = ["lenet conv", "lenet acda", "lenet condconv", "lenet dyconv", "resnet acda", "counting acda_released"]
ON_CARD += ["restoration one_acda", "restoration dncnn", "toy chosen", "toy released"]


class OneByOne(CardGraph):
    """Captures nothing."""

    def capture(self, work):
        self.replay = work


def trained(steps=STEPS, checkpoint=None, *, inputs_of=lambda inputs: inputs, **keywords):
    """The losses of the problem on the card, and its model."""
    model, loss, optimizer, inputs = problem(device="cuda", **keywords)
    given, rate = inputs_of(inputs), one_cycle(STEPS, 0.05)
    history = fit(model, loss, optimizer, steps, checkpoint, progress=False, rate=rate, inputs=given)
    return history.losses, model


@pytest.mark.parametrize("name", ON_CARD)
def test_an_experiment_is_captured_and_its_losses_are_those_of_steps_one_by_one(name, monkeypatch, caplog):
    losses = []
    for graph in (CardGraph, OneByOne):
        monkeypatch.setattr(fitting, "graph_for", lambda optimizer, graph=graph: graph(torch.device("cuda", 0)))
        make, *of = TRAININGS[name]
        with torch.backends.cudnn.flags(enabled=True, deterministic=True):  # Adam's first steps enlarge any difference
            losses.append(make("cuda", *of)[1]().losses)
    assert not said(caplog)  # nothing was given up
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


@pytest.mark.parametrize("optimizer", [torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD])
def test_a_captured_training_follows_the_learning_rate_of_the_processors(optimizer):
    model, loss, own, inputs = problem(optimizer)
    rate = one_cycle(STEPS, 0.05)
    expected = fit(model, loss, own, STEPS, progress=False, rate=rate, inputs=inputs).losses
    assert trained(optimizer=optimizer)[0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.filterwarnings("ignore:Synchronization debug mode is a prototype")
def test_nothing_waits_for_the_card_while_steps_are_replayed(monkeypatch):
    monkeypatch.setattr(fitting, "READ_EVERY", 600)

    def watched(inputs):
        def given(step):
            if step == WARMUP + 2:
                torch.cuda.set_sync_debug_mode("error")
            if step == STEPS - 1:
                torch.cuda.set_sync_debug_mode("default")
            return inputs(step)

        return given

    try:
        assert len(trained(inputs_of=watched)[0]) == STEPS
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_a_captured_run_goes_on_from_its_checkpoint_on_the_card_and_on_the_processor(tmp_path):
    expected, whole = trained()
    trained(9, tmp_path / "run.pt")
    (tmp_path / "other.pt").write_bytes((tmp_path / "run.pt").read_bytes())
    losses, model = trained(STEPS, tmp_path / "run.pt")
    assert losses == pytest.approx(expected, rel=1e-4)
    torch.testing.assert_close(model.state_dict(), whole.state_dict(), rtol=1e-3, atol=1e-5)
    model, loss, optimizer, inputs = problem()
    rate = one_cycle(STEPS, 0.05)
    there = fit(model, loss, optimizer, STEPS, tmp_path / "other.pt", progress=False, rate=rate, inputs=inputs)
    assert there.losses == pytest.approx(expected, rel=1e-3)


def test_ctrl_c_stores_a_captured_run_after_a_whole_step(tmp_path):
    before = signal.getsignal(signal.SIGINT)

    def interrupted(inputs):
        def given(step):
            if step == 11:
                signal.raise_signal(signal.SIGINT)
                while signal.getsignal(signal.SIGINT) is not before:
                    time.sleep(0.001)
            return inputs(step)

        return given

    with pytest.raises(KeyboardInterrupt):
        trained(STEPS, tmp_path / "run.pt", inputs_of=interrupted)
    stored = torch.load(tmp_path / "run.pt", weights_only=True)
    assert len(stored["losses"]) == 12
    assert {state["step"].item() for state in stored["optimizer"]["state"].values()} == {12}
    assert trained(STEPS, tmp_path / "run.pt")[0] == pytest.approx(trained()[0], rel=1e-4)


@pytest.mark.parametrize("bad", [0, WARMUP, 9])
def test_a_loss_that_is_not_finite_is_told_with_its_step(bad):
    with pytest.raises(FloatingPointError, match=rf"the loss is (nan|inf) at step {bad}: "):
        trained(bad=bad)


def test_a_card_captures_what_is_trained_by_inputs():
    model, loss, optimizer, inputs = problem(device="cuda")
    graph = graph_for(optimizer)
    assert isinstance(graph, CardGraph)
    steps = CapturedSteps(loss, inputs, optimizer, graph)
    for step in range(WARMUP + 1):
        steps.take(step)
    before = [parameter.clone() for parameter in model.parameters()]
    graph.replay()
    assert not any(torch.equal(one, other) for one, other in zip(before, model.parameters(), strict=True))


def test_a_step_that_waits_for_the_card_is_taken_without_a_graph_and_training_goes_on(caplog):
    """The last one of this file: a capture that failed may leave later ones of the process without their memory."""
    expected = trained()[0]
    model, loss, optimizer, inputs = problem(device="cuda")

    def reading(x):
        return loss(x) if x.sum().item() < 1e9 else loss(-x)

    rate = one_cycle(STEPS, 0.05)
    losses = fit(model, reading, optimizer, STEPS, progress=False, rate=rate, inputs=inputs).losses
    assert len(said(caplog)) == 1
    assert losses == pytest.approx(expected, rel=1e-4)
