"""The closed form: the smallest change of a matrix, as its inputs' covariance measures it, that maps keys to values.

One key: ΔW = (v* - W k*) (C⁻¹ k*)ᵀ / (k*ᵀ C⁻¹ k*) (Meng et al. 2022, "Locating and Editing Factual Associations in
GPT", equation 2), the same k* in every place (Gupta et al. 2024, "Rebuilding ROME"). Several keys K with residuals
R: ΔW = R (Kᵀ C⁻¹ K)⁻¹ Kᵀ C⁻¹, the equality-constrained form of the batch update (Gupta et al. 2024, "A Unified
Framework for Model Editing").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tools.editing.edit import EditError

if TYPE_CHECKING:
    import torch

Solve = Callable[["torch.Tensor"], "torch.Tensor"]
"""X -> C⁻¹X, float64 [d_in, n]."""
TOLERANCE = 1e-3
"""Of ‖v* - W'k*‖ / ‖v* - W k*‖ in float32."""
LARGEST_ROUNDING = 0.25
"""The same once the edited weights are rounded to bfloat16 or float16."""
LARGEST_CONDITION = 1e6
"""Of KᵀC⁻¹K with unit diagonal; beyond, two keys are as good as one."""


def key_gains(key: torch.Tensor, keys: torch.Tensor, solve: Solve) -> torch.Tensor:
    """The share of the change at k* that the rank-one update makes at other keys: kᵀC⁻¹k* / (k*ᵀC⁻¹k*), [n].

    key: k*, [d_in]; keys: [n, d_in].
    """
    solved = solve(key.detach().cpu().double()[:, None])[:, 0]
    shares = keys.detach().cpu().double() @ solved / (key.detach().cpu().double() @ solved)
    return shares.float().to(keys.device)


def closed_form(
    keys: torch.Tensor, residuals: torch.Tensor, solve: Solve
) -> tuple[torch.Tensor, torch.Tensor]:
    """The factors left [d_out, n] and right [n, d_in] of ΔW, float32 on the CPU.

    keys: [n, d_in]; residuals: v* - W k*, [n, d_out]; solve: X -> C⁻¹X for X [d_in, n]. Raises EditError where keys
    depend on each other, as those of one subject do.
    """
    import torch

    keys = keys.detach().cpu().double()
    solved = solve(keys.T)  # [d_in, n]
    gram = keys @ solved
    scale = gram.diagonal().sqrt()
    if not bool((scale > 0).all()) or not bool(torch.isfinite(gram).all()):
        raise EditError("The edit cannot be computed: the model's activations are no usable numbers.")
    if float(torch.linalg.cond(gram / scale.outer(scale))) > LARGEST_CONDITION:
        raise EditError(
            "Two edits of this batch have the same subject, and one layer holds one value for a subject.",
            "Make them one after another.",
        )
    right = torch.linalg.solve(gram, solved.T)
    return residuals.detach().cpu().float().T.contiguous(), right.float().contiguous()


def check_update(
    matrix: torch.Tensor, left: torch.Tensor, right: torch.Tensor, keys: torch.Tensor, residuals: torch.Tensor
) -> float:
    """Prove W'k* = v* for every key, and the rank; the largest relative error.

    matrix: W, [d_out, d_in]; the others as in `closed_form`. Raises EditError where the update is wrong.
    """
    import torch

    matrix, keys, residuals = matrix.cpu(), keys.detach().cpu().float(), residuals.detach().cpu().float()
    wanted = keys @ matrix.T + residuals
    edited = keys @ (matrix + left @ right).T
    error = float(((edited - wanted).norm(dim=1) / _lengths(residuals)).max())
    if not error <= TOLERANCE:
        raise EditError(
            f"The edited weights miss the value that they should give (by {error:.1e} of the change)."
        )
    if int(torch.linalg.matrix_rank(right.double())) != len(keys):
        raise EditError(f"The update has not the rank {len(keys)} that it should have.")
    return error


def rounding_error(
    stored: torch.Tensor, matrix: torch.Tensor, keys: torch.Tensor, residuals: torch.Tensor
) -> float:
    """How far the edited matrix misses the values once it is stored in the model's dtype, relative to the change.

    stored: W' as it will be, [d_out, d_in]. Raises EditError where too little of the change is left.
    """
    keys, residuals = keys.detach().cpu().float(), residuals.detach().cpu().float()
    made = keys @ (stored.cpu().float() - matrix.cpu()).T
    error = float(((made - residuals).norm(dim=1) / _lengths(residuals)).max())
    if not error <= LARGEST_ROUNDING:
        raise EditError(
            f"Stored in the model's dtype, the edit would miss its value by {error:.0%}.",
            "Load it as float32.",
        )
    return error


def _lengths(residuals: torch.Tensor) -> torch.Tensor:
    """Of each change, [n]; one of nearly nothing (a fact that is said already) counts as a little of the longest."""
    lengths = residuals.norm(dim=1)
    return lengths.clamp(min=max(1e-12, 0.01 * float(lengths.max())))
