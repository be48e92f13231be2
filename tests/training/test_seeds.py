"""Random numbers that integers decide."""

import subprocess
import sys

import pytest
import torch

from acda_core.training.seeds import batch_of, begun, fixed, seeded

DRAWN = [[443233, 933237, 835412], [225987, 281609, 704513], [934815, 86706, 342454]]  # stored results hang on them


def test_an_epoch_visits_every_example_once_in_a_new_order():
    epochs = [[batch_of(step, 4, 10, seed=0) for step in range(2 * e, 2 * e + 2)] for e in range(3)]
    for batches in epochs:
        assert len(set(torch.cat(batches).tolist())) == 8
    assert not torch.equal(epochs[0][0], epochs[1][0])
    assert torch.equal(batch_of(3, 4, 10, seed=0), epochs[1][1])
    assert not torch.equal(batch_of(3, 4, 10, seed=1), epochs[1][1])
    with pytest.raises(ValueError, match="`size` must be from 1 to the number of examples, 10, got 11"):
        batch_of(0, 11, 10, seed=0)


@pytest.mark.slow
def test_seeded_numbers_are_the_same_in_every_process_and_those_of_the_stored_results():
    code = "import torch; from acda_core.training.seeds import seeded; "
    code += "print(torch.randint(10**6, (3,), generator=seeded(3, 5)).tolist())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    drawn = [torch.randint(10**6, (3,), generator=seeded(*numbers)).tolist() for numbers in ((3, 5), (0,), (0, 7, 4))]
    assert done.stdout == f"{drawn[0]}\n"
    assert drawn == DRAWN


@pytest.mark.parametrize("seed", [-1, -2, 2**63, 10**20])
def test_a_seed_that_could_be_taken_for_another_is_refused(seed):
    for use in (begun, seeded, lambda number: seeded(0, number), lambda number: fixed(number).__enter__()):
        with pytest.raises(ValueError, match=rf"a seed must be from 0 to 2\^63 - 1, got {seed}$"):
            use(seed)


def test_a_generator_begins_as_the_global_one_does():
    with fixed(7):
        assert torch.equal(torch.randn(3, generator=begun(7)), torch.randn(3))


def test_the_largest_seed_is_one():
    assert seeded(2**63 - 1).initial_seed() == hash((2**63 - 1,)) % 2**63
    with fixed(2**63 - 1):
        assert torch.initial_seed() == 2**63 - 1


def test_inside_fixed_a_seed_decides_and_afterwards_the_numbers_go_on_even_after_an_error():
    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    first = torch.rand(1)
    with fixed(3):
        drawn = torch.rand(4)
    with pytest.raises(RuntimeError, match="size"), fixed(3):
        (torch.rand(4) - drawn).reshape(3)
    assert torch.equal(torch.cat([first, torch.rand(1)]), expected)
