"""Reads one block of a scan: a run of sentences, up to the SAE's layer, and what every feature does in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.progress import Progress, Report
from tools.sae.activations import residuals
from tools.sae.places import best_places, no_places

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

KEPT = 20
"""Strongest sentences that are kept of each feature."""
SAMPLED = 10
"""Firing positions that are kept of each feature, drawn at random: each has the same chance."""
CHUNK_VALUES = 2**22
"""Activations that are computed at a time."""


def scan_block(
    model: LanguageModel,
    sae: LoadedSae,
    sentences: Sequence[str],
    start: int,
    n_sentences: int,
    threshold: float,
    seed: int,
    report: Report,
) -> dict[str, torch.Tensor]:
    """What one block's file holds."""
    import torch

    generator = torch.Generator().manual_seed(seed * 1_000_003 + start)
    maxima = torch.full((len(sentences), sae.n_features), float("nan"), dtype=torch.bfloat16)
    firings = torch.zeros(sae.n_features, dtype=torch.int64)
    strongest, sample = no_places(sae.n_features), no_places(sae.n_features)
    n_tokens = 0
    token_ids: list[torch.Tensor] = []
    # A chunk is a run of sentences whose activations are computed together.
    room = max(1, CHUNK_VALUES // sae.n_features)
    waiting: list[tuple[int, torch.Tensor, torch.Tensor]] = []

    def work_off() -> None:
        nonlocal strongest, sample
        if not waiting:
            return
        values = sae.encode(torch.cat([stream for _, _, stream in waiting])).float().cpu()
        firings.add_((values > threshold).sum(0))
        rows = torch.cat([torch.full_like(positions, start + row) for row, positions, _ in waiting])
        positions = torch.cat([positions for _, positions, _ in waiting])
        keys = torch.rand(values.shape, generator=generator).masked_fill_(values <= threshold, float("-inf"))
        sample = sample.with_more(best_places(keys, values, rows, positions, SAMPLED), SAMPLED)
        tops, where = [], []
        for row, here, part in zip(
            (row for row, _, _ in waiting),
            (positions for _, positions, _ in waiting),
            values.split([len(positions) for _, positions, _ in waiting]),
            strict=True,
        ):
            top, index = part.max(dim=0)
            maxima[row] = top
            tops.append(top)
            where.append(here[index])
        top = torch.stack(tops)
        sentence = torch.tensor([start + row for row, _, _ in waiting])
        key = top.masked_fill(top <= threshold, float("-inf"))
        strongest = strongest.with_more(best_places(key, top, sentence, torch.stack(where), KEPT), KEPT)
        waiting.clear()

    def reading(progress: Progress) -> None:
        report(Progress("reading the corpus", start + row, n_sentences, "sentences"))

    row = 0
    for row, read in enumerate(residuals(model, sae, sentences, report=reading)):
        token_ids.append(read.token_ids.to(torch.int32).cpu())
        positions = read.counts.nonzero().squeeze(1)
        if len(positions):
            n_tokens += len(positions)
            waiting.append((row, positions.cpu(), read.stream[positions]))
        if sum(len(positions) for _, positions, _ in waiting) >= room:
            work_off()
            reading(Progress("", 0))
    work_off()
    return {
        "maxima": maxima,
        "firings": firings,
        "n_tokens": torch.tensor(n_tokens),
        "token_ids": torch.cat(token_ids),
        "lengths": torch.tensor([len(ids) for ids in token_ids]),
        **{f"strongest.{name}": tensor for name, tensor in vars(strongest).items()},
        **{f"sample.{name}": tensor for name, tensor in vars(sample).items()},
    }
