"""Check cells print a verdict, return it, and never raise."""

import fractions

import numpy as np
import pytest
import torch
from torch import nn

from acda_core.course import checks


@pytest.mark.parametrize(
    ("yours", "expected"),
    [
        (1.0, 1),
        (1, 1.0),
        (np.float32(0.5), 0.5),
        (fractions.Fraction(1, 2), 0.5),
        (torch.tensor(2.0, requires_grad=True), 2),
        (torch.ones(2, 3, dtype=torch.bfloat16), np.ones((2, 3))),
        ([1, 2, 3], torch.tensor([1, 2, 3])),
        ((1.0, 2.0), [1, 2]),
        ([torch.tensor(1.0, requires_grad=True), 2], [1, 2]),
        (True, 1),
        ([], []),
        (torch.zeros(0, 3), np.zeros((0, 3))),
    ],
)
def test_equal_numbers_of_any_kind_pass(capsys, yours, expected):
    assert checks.close("the sum", yours, expected) is True
    assert capsys.readouterr().out == "✓ the sum\n"


class Awkward:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no")

    def __float__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("yours", "said"),
    [
        (None, "nothing here yet"),
        (..., "nothing here yet"),
        (2.0, "expected 1, got 2."),
        (float("nan"), "expected 1, got nan."),
        (float("inf"), "expected 1, got inf."),
        ([1.0], "expected shape (), got (1,)."),
        (torch.ones(2), "expected shape (), got (2,)."),
        ("1.0", "expected numbers, got str."),
        (1 + 0j, "expected numbers, got complex."),
        (torch.tensor(1 + 1j), "expected numbers, got Tensor."),
        (torch.tensor(1.0, device="meta"), "expected numbers, got Tensor."),
        (10**400, "expected numbers, got int."),
        ([1, [2, 3]], "expected numbers, got list."),
        ([None], "expected shape (), got (1,)."),
        ({}, "expected numbers, got dict."),
        (print, "expected numbers, got builtin_function_or_method."),
        (nn.Linear(1, 1), "expected numbers, got Linear."),
        (Awkward(), "expected numbers, got Awkward."),
        ([Awkward()], "expected numbers, got list."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_gets_a_verdict_with_what_was_expected_and_what_arrived(capsys, yours, said):
    assert checks.close("the sum", yours, 1.0, hint="count again") is False
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"✗ the sum: {said}")
    assert lines[-1] == "  Hint: count again"


def test_one_wrong_value_among_many_is_told_by_its_size(capsys):
    assert not checks.close("a grid", [1, 2, 3.5], [1, 2, 3], atol=0.1)
    assert "largest difference from what is expected is 0.5.\n  Allowed is 0.1." in capsys.readouterr().out


def test_one_value_of_many_that_is_no_number_fails():
    assert not checks.close("a grid", [1, float("nan")], [1, 2])


def test_the_tolerance_is_inclusive_and_absolute():
    assert checks.close("a number", 1.5, 1.0, atol=0.5)
    assert not checks.close("a number", 1.5, 1.0, atol=0.4999)
    assert not checks.close("a number", 1e6 + 1, 1e6)


def test_without_a_hint_one_line_is_printed(capsys):
    checks.close("a number", 1, 2)
    assert capsys.readouterr().out.count("\n") == 1
