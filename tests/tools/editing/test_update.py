"""The closed form, against numbers worked out by hand."""

import pytest
import torch

from tools.editing.edit import EditError
from tools.editing.update import check_update, closed_form, key_gains


def inverse_of(matrix: list[list[float]]):  # type: ignore[no-untyped-def]
    return lambda vectors: torch.linalg.solve(torch.tensor(matrix, dtype=torch.float64), vectors)


def test_one_key_worked_out_by_hand() -> None:
    # C = diag(2, 1), k = (2, 1): C⁻¹k = (1, 1), kᵀC⁻¹k = 3, so right = (1/3, 1/3); left is the residual (6, 3).
    key, residual = torch.tensor([[2.0, 1.0]]), torch.tensor([[6.0, 3.0]])
    left, right = closed_form(key, residual, inverse_of([[2, 0], [0, 1]]))
    torch.testing.assert_close(right, torch.tensor([[1 / 3, 1 / 3]]))
    torch.testing.assert_close(left, torch.tensor([[6.0], [3.0]]))
    # ΔW k = left (right k) = left · (2/3 + 1/3) = left.
    assert check_update(torch.eye(2), left, right, key, residual) < 1e-6


def test_the_covariance_turns_the_update_away_from_what_is_frequent() -> None:
    # C = diag(100, 1): C⁻¹(1, 1) = (0.01, 1), kᵀC⁻¹k = 1.01; the frequent direction (1, 0) is moved 100 times less.
    _, right = closed_form(torch.ones(1, 2), torch.ones(1, 2), inverse_of([[100, 0], [0, 1]]))
    torch.testing.assert_close(right, torch.tensor([[0.01 / 1.01, 1 / 1.01]]))


def test_two_keys_are_met_exactly() -> None:
    keys, residuals = torch.tensor([[1.0, 0, 1], [0, 1, 1]]), torch.tensor([[1.0, 2], [3, 4]])
    left, right = closed_form(keys, residuals, inverse_of([[2, 1, 0], [1, 2, 0], [0, 0, 1]]))
    torch.testing.assert_close(left @ right @ keys.T, residuals.T)
    check_update(torch.randn(2, 3), left, right, keys, residuals)


def test_keys_that_depend_on_each_other_are_refused() -> None:
    keys = torch.tensor([[1.0, 0, 1], [1.0, 0, 1]])
    with pytest.raises(EditError, match="the same subject"):
        closed_form(keys, torch.eye(2), inverse_of([[1, 0, 0], [0, 1, 0], [0, 0, 1]]))


def test_an_update_with_mixed_keys_does_not_pass() -> None:
    # The direction is of one key, the scale of another, as in the first ROME code: W'k misses v.
    key, other, residual = torch.tensor([[2.0, 1.0]]), torch.tensor([[0.1, 0.1]]), torch.tensor([[6.0, 3.0]])
    left, right = closed_form(key, residual, inverse_of([[2, 0], [0, 1]]))
    mixed = right / (right @ other.T)
    with pytest.raises(EditError, match="miss the value"):
        check_update(torch.eye(2), left, mixed, key, residual)


def test_the_gain_at_another_key() -> None:
    # C = I, k* = (2, 0): the gain at k is k·k* / k*·k* = (2, 0, 1/2, -1).
    keys = torch.tensor([[4.0, 1.0], [0.0, 7.0], [1.0, 0.0], [-2.0, 0.0]])
    gains = key_gains(torch.tensor([2.0, 0.0]), keys, inverse_of([[1, 0], [0, 1]]))
    torch.testing.assert_close(gains, torch.tensor([2.0, 0.0, 0.5, -1.0]))


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(EditError, match="no usable numbers"):
        closed_form(torch.tensor([[float("nan"), 1.0]]), torch.ones(1, 2), inverse_of([[1, 0], [0, 1]]))
