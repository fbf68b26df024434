"""How faithful an SAE is on text that its training did not see: explained variance, sparsity, CE loss recovered.

Explained variance is 1 - sum |x - x'|^2 / sum |x - mean|^2 over tokens that count. CE loss recovered is
(L_ablated - L_reconstructed) / (L_ablated - L_clean) in next-token cross-entropy (nats), where the stream at the
tokens that count is replaced by the reconstruction, by the mean activation, or by zero; the mean is the stricter
baseline. A feature is dead where it never fires.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.models.forward import evaluating, input_device
from tools.models.residual import changed_residual
from tools.progress import Progress, Report, silent
from tools.results import Result
from tools.sae.activations import FIRES_ABOVE
from tools.sae.windows import Window, batches, counted_streams, padded

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

TYPICAL_NORM = 3.0
"""Times the mean norm in training. Some tokens are half an attention sink, many times as long as all others."""
ENCODED_TOKENS = 2048
"""In one forward pass of the model."""
LOSS_TOKENS = 512
"""Likewise where logits over the vocabulary are computed."""


class Reconstruction(Result):
    """What of the residual stream the SAE gives back, and how sparsely."""

    explained_variance: float
    """Over the typical tokens: those whose norm is at most 3 times the mean norm in training."""
    by_source: dict[str, float]
    """Likewise for each source's text, about its own mean."""
    explained_variance_of_all: float
    """Over all tokens that count. A few half-sinks, very long and all alike, can lift it far above the former."""
    typical_share: float
    """Typical tokens among those that count; the figures below are theirs."""
    l0: float
    """Mean number of features that fire at a token."""
    dead_share: float
    n_dead: int
    n_tokens: int
    fires_above: float = FIRES_ABOVE


class LossRecovered(Result):
    """Next-token cross-entropy in nats under each replacement of the stream, and the shares recovered."""

    clean: float
    reconstructed: float
    mean_ablated: float
    zero_ablated: float
    recovered_from_mean: float
    recovered_from_zero: float
    n_tokens: int


@dataclass(frozen=True)
class Firings:
    """Where features fire at typical tokens: four columns of equal length, one entry a firing."""

    window: torch.Tensor
    position: torch.Tensor
    feature: torch.Tensor
    value: torch.Tensor
    n_tokens: int
    """Typical tokens, firing or not."""
    mean: torch.Tensor
    """Mean activation [width] over all tokens that count."""


def measure_reconstruction(
    model: LanguageModel,
    sae: Any,
    layer: int,
    windows: Sequence[Window],
    mean_norm: float,
    report: Report = silent,
) -> tuple[Reconstruction, Firings]:
    """Encode and decode the stream after `layer` at every token of `windows` that counts.

    mean_norm: of the activations in training.
    """
    import torch

    numbers = {id(window): index for index, window in enumerate(windows)}
    columns: list[tuple[torch.Tensor, ...]] = []
    total = _Sums()
    typical: dict[str, _Sums] = defaultdict(_Sums)
    n_seen = 0
    for batch in batches(windows, ENCODED_TOKENS):
        report(Progress("measuring the SAE", n_seen, _size(windows), "tokens"))
        n_seen += _size(batch)
        for window, (positions, rows) in zip(batch, counted_streams(model, layer, batch), strict=True):
            rows = rows.to(sae.device)
            with torch.no_grad():
                codes = sae.encode(rows)
                errors = sae.decode(codes) - rows
            usual = rows.norm(dim=1) <= TYPICAL_NORM * mean_norm
            total.add(rows, errors)
            typical[window.source].add(rows[usual], errors[usual])
            row, feature = ((codes > FIRES_ABOVE) & usual[:, None]).nonzero(as_tuple=True)
            columns.append(
                (
                    torch.full_like(row, numbers[id(window)]),
                    positions.to(row.device)[row],
                    feature,
                    codes[row, feature],
                )
            )
    window_of, position, fired, value = (torch.cat(column).cpu() for column in zip(*columns, strict=True))
    everywhere = sum(typical.values(), _Sums())
    n_dead = int((torch.bincount(fired, minlength=sae.cfg.d_sae) == 0).sum())
    measured = Reconstruction(
        explained_variance=everywhere.explained_variance,
        by_source={source: typical[source].explained_variance for source in sorted(typical)},
        explained_variance_of_all=total.explained_variance,
        typical_share=everywhere.n / total.n,
        l0=len(fired) / everywhere.n,
        dead_share=n_dead / sae.cfg.d_sae,
        n_dead=n_dead,
        n_tokens=everywhere.n,
    )
    return measured, Firings(window_of, position, fired, value, everywhere.n, (total.rows / total.n).float())


@dataclass
class _Sums:
    """What explained variance is computed from, summed in float64."""

    n: int = 0
    squared_error: float = 0.0
    squared_norm: float = 0.0
    rows: Any = 0.0

    def add(self, rows: torch.Tensor, errors: torch.Tensor) -> None:
        self.n += len(rows)
        self.squared_error += errors.double().pow(2).sum().item()
        self.squared_norm += rows.double().pow(2).sum().item()
        self.rows = self.rows + rows.double().sum(0)

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(
            self.n + other.n,
            self.squared_error + other.squared_error,
            self.squared_norm + other.squared_norm,
            self.rows + other.rows,
        )

    @property
    def explained_variance(self) -> float:
        about_mean = self.squared_norm - (self.rows / self.n).pow(2).sum().item() * self.n
        return 1 - self.squared_error / about_mean


def measure_loss(
    model: LanguageModel,
    sae: Any,
    layer: int,
    windows: Sequence[Window],
    mean: torch.Tensor,
    report: Report = silent,
) -> LossRecovered:
    """The model's loss on `windows` with the stream after `layer` as it is and under three replacements.

    Counted are the predictions that are made at tokens that count.
    """
    import torch

    replacements: dict[str, Callable[[torch.Tensor], torch.Tensor] | None] = {
        "clean": None,
        "reconstructed": lambda rows: sae.decode(sae.encode(rows)),
        "mean_ablated": lambda rows: mean.to(rows).expand_as(rows),
        "zero_ablated": torch.zeros_like,
    }
    sums = dict.fromkeys(replacements, 0.0)
    n_tokens, n_seen = 0, 0
    for batch in batches(windows, LOSS_TOKENS):
        token_ids, real = padded(batch, input_device(model.model))
        mask = torch.zeros_like(real)
        for index, (positions, _) in enumerate(counted_streams(model, layer, batch)):
            mask[index, positions.to(mask.device)] = True
        predicting = mask[:, :-1] & real[:, 1:]
        for name, replace in replacements.items():
            report(Progress("measuring the loss", n_seen, _size(windows), "tokens"))
            sums[name] += _loss(model, layer, token_ids, real, mask, predicting, replace)
        n_tokens += int(predicting.sum())
        n_seen += sum(len(window.token_ids) for window in batch)
    losses = {name: value / n_tokens for name, value in sums.items()}
    clean, reconstructed = losses["clean"], losses["reconstructed"]
    shares = {
        f"recovered_from_{kind}": (losses[f"{kind}_ablated"] - reconstructed)
        / (losses[f"{kind}_ablated"] - clean)
        for kind in ("mean", "zero")
    }
    return LossRecovered(**losses, **shares, n_tokens=n_tokens)


def _loss(
    model: LanguageModel,
    layer: int,
    token_ids: torch.Tensor,
    real: torch.Tensor,
    mask: torch.Tensor,
    predicting: torch.Tensor,
    replace: Callable[[torch.Tensor], torch.Tensor] | None,
) -> float:
    """Sum of the cross-entropies at the predicting positions."""
    import torch

    def change(stream: torch.Tensor) -> torch.Tensor:
        if replace is None:
            return stream
        changed = stream.clone()
        changed[mask] = replace(stream[mask].float()).to(stream.dtype)
        return changed

    with changed_residual(model.model, layer, change), evaluating(model.model), torch.no_grad():
        logits = model.model(input_ids=token_ids, attention_mask=real.long(), use_cache=False).logits
        return torch.nn.functional.cross_entropy(
            logits[:, :-1][predicting].float(), token_ids[:, 1:][predicting], reduction="sum"
        ).item()


def _size(windows: Sequence[Window]) -> int:
    return sum(len(window.token_ids) for window in windows)
