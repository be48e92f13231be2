"""Check cells for the book's exercises: they print a verdict and return it, and never raise."""

from typing import Any

import numpy as np
import torch


def close(name: str, yours: Any, expected: Any, atol: float = 1e-6, hint: str = "") -> bool:
    """Whether `yours` equals `expected` up to `atol`; prints what was expected, what arrived and the hint if not.

    Args:
        name: what is checked, in words.
        yours: the reader's answer: a number, a list, an array or a tensor.
        expected: the right one.
        atol: largest allowed absolute difference.
        hint: a sentence to print with a wrong answer.
    """
    problem = _problem(yours, expected, atol)
    if problem:
        print(f"✗ {name}: {problem}" + (f"\n  Hint: {hint}" if hint else ""))
        return False
    print(f"✓ {name}")
    return True


def _problem(yours: Any, expected: Any, atol: float) -> str:
    if yours is None or yours is Ellipsis:
        return "nothing here yet.\n  Replace the `...` above and run both cells again."
    target = _array(expected)
    try:
        answer = _array(yours)
    except Exception:  # whatever the reader's object raises
        return f"expected numbers, got {type(yours).__name__}."
    if answer.shape != target.shape:
        return f"expected shape {target.shape}, got {answer.shape}."
    if not answer.size:
        return ""
    difference = np.max(np.abs(answer - target))
    if difference <= atol:
        return ""
    if target.size == 1:
        return f"expected {target.item():.6g}, got {answer.item():.6g}."
    return f"the largest difference from what is expected is {difference:.3g}.\n  Allowed is {atol:.3g}."


def _array(value: Any) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().resolve_conj().resolve_neg()
        value = (value if value.is_complex() else value.to(torch.float64)).numpy()
    elif isinstance(value, (list, tuple)):
        value = [_array(part) for part in value]
    numbers = np.asarray(value)
    if numbers.dtype.kind in "cSU":
        raise TypeError
    return numbers.astype(np.float64)
