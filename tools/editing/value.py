"""The value of an edit: what the module should write at the subject so that the model says the target.

v* = v0 + δ; δ minimises the targets' mean negative log-likelihood over contexts, plus the divergence of what is
said of the subject otherwise, plus a decay (Meng et al. 2022, "Locating and Editing Factual Associations in GPT",
section 3.1 and appendix E.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tools.editing.contexts import context_shares
from tools.editing.edit import EditError, EditSettings
from tools.editing.suffix import SuffixPasses, without_parameter_gradients
from tools.progress import Progress, Report

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Value:
    """The change of the module's output, with how the search for it went."""

    change: torch.Tensor
    """δ, float32 [d_out]."""
    step: int
    """After how many steps it was found: the one with the least loss."""
    losses: tuple[float, ...]
    """Whole loss before each step and after the last, nats."""
    target_probability: float
    """Mean joint probability of the targets over the contexts at δ."""


def optimise_value(
    passes: SuffixPasses, gains: torch.Tensor, v0: torch.Tensor, settings: EditSettings, report: Report
) -> Value:
    """δ by Adam, over the rows of `passes`; the last of them has no targets: its next token should stay.

    gains: [row], the share of δ that the finished update writes in each row, because its key is not k* exactly.
    v0: [d_out], the module's output at k*. Raises EditError where nothing comes closer to the target.
    """
    import torch

    rows = passes.rows
    reads = [
        (number, len(row.ids) - 1 + offset, target)
        for number, row in enumerate(rows)
        for offset, target in enumerate(row.targets)
    ]
    where = [number for number, _, _ in reads] + [len(rows) - 1]
    places = [place for _, place, _ in reads] + [len(rows[-1].ids) - 1]
    targets = torch.tensor([[target] for _, _, target in reads], device=v0.device)
    shares = context_shares(len(rows) - 1).to(v0.device)
    longest = settings.clamp * v0.norm()

    change = torch.zeros_like(v0, requires_grad=True)
    adam = torch.optim.Adam([change], lr=settings.v_lr)
    base: torch.Tensor | None = None
    best = Value(change.detach(), 0, (), 0.0)
    losses: list[float] = []
    with without_parameter_gradients(passes.model), torch.enable_grad():
        for step in range(settings.v_steps + 1):
            report(Progress("editing: finding the value", step, settings.v_steps, "steps"))
            log_p = passes.logits(gains[:, None] * change, where, places).log_softmax(dim=-1).to(v0.device)
            # [context, token of the target]; every context has the same targets.
            said = log_p[:-1].gather(1, targets).view(len(rows) - 1, -1)
            nll = -(shares @ said.mean(dim=1))
            if base is None:
                base = log_p[-1].detach()
            drift = (base.exp() * (base - log_p[-1])).sum()
            decay = settings.weight_decay * change.norm() / v0.norm() ** 2
            loss = nll + settings.kl_weight * drift + decay
            losses.append(float(loss.detach()))
            if not math.isfinite(losses[-1]):
                break
            if losses[-1] <= min(losses):
                probability = float(said.detach().sum(dim=1).exp().mean())
                best = Value(change.detach().clone(), step, (), probability)
            if float(nll.detach()) < settings.stop_at or step == settings.v_steps:
                break
            adam.zero_grad()
            loss.backward()
            adam.step()
            with torch.no_grad():
                if (norm := change.norm()) > longest:
                    change.mul_(longest / norm)
    if best.step == 0 and not float(nll.detach()) < settings.stop_at:
        numbers = math.isfinite(losses[0])
        why = "no step came closer to it" if numbers else "its predictions are no numbers"
        raise EditError(
            f"No value was found that makes the model say the target: {why}.",
            "Try another layer or another target.",
        )
    return replace(best, losses=tuple(losses))
