"""Ablates a sample of the firing positions of very many features, in files by sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.progress import Progress, Report, silent
from tools.sae.ablation import ablate_many
from tools.sae.activations import residuals
from tools.sae.scan import BLOCK, Scan
from tools.sae.whole_files import is_whole, write_whole

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae


ABLATIONS = 2048
"""Ablations in a file, but for a sentence that has more."""


@dataclass(frozen=True)
class Effects:
    """What the ablations did, in order of features."""

    triples: torch.Tensor
    """int64 [n, 3]: sentence, feature, position."""
    kl: torch.Tensor
    entropy: torch.Tensor
    noise_floor: float

    def of(self, feature: int) -> tuple[list[float], list[float], list[int]]:
        """KL, baseline entropy and sentence at the sampled positions of one feature."""
        import torch

        start, end = torch.searchsorted(self.triples[:, 1].contiguous(), torch.tensor([feature, feature + 1]))
        mine = slice(int(start), int(end))
        return self.kl[mine].tolist(), self.entropy[mine].tolist(), self.triples[mine, 0].tolist()


def ablate_sample(
    model: LanguageModel, sae: LoadedSae, scan: Scan, features: Sequence[int], folder: Path, report: Report
) -> Effects:
    """Ablate the sampled positions of the features, a file for every ABLATIONS in a block of sentences.

    They are kept beside the scan: another label, threshold or filter changes nothing about them.
    """
    import torch
    from safetensors.torch import load_file

    triples = _triples(scan, features)
    files, n_done = [], 0
    for part in _by_block(scan, triples, folder):
        ablate_part(model, sae, part, _counting(report, n_done, len(triples)))
        n_done += len(part.triples)
        files.append(part.file)
        report(Progress("ablating features", n_done, len(triples), "positions"))
    found = [load_file(file) for file in files]
    if not found:
        return Effects(triples, torch.zeros(0), torch.zeros(0), 0.0)
    triples = torch.cat([each["triples"] for each in found])
    order = triples[:, 1].argsort(stable=True)
    return Effects(
        triples[order],
        torch.cat([each["kl"] for each in found])[order],
        torch.cat([each["entropy"] for each in found])[order],
        max(float(each["noise_floor"]) for each in found),
    )


@dataclass(frozen=True)
class AblationPart:
    """What one file of ablations is about."""

    file: Path
    sentences: dict[int, str]
    """The block's, by their index in the corpus."""
    triples: torch.Tensor
    """int64 [n, 3]: sentence, feature, position."""


def ablate_part(model: LanguageModel, sae: LoadedSae, part: AblationPart, report: Report = silent) -> None:
    """Ablate what a file is about, unless it is there."""
    if not is_whole(part.file):
        write_whole(part.file, _ablated_block(model, sae, part.sentences, part.triples, report))


def parts_to_ablate(scan: Scan, features: Sequence[int], folder: Path) -> list[AblationPart]:
    """What `ablate_sample` has yet to ablate."""
    return [part for part in _by_block(scan, _triples(scan, features), folder) if not is_whole(part.file)]


def positions_left(scan: Scan, features: Sequence[int], folder: Path) -> int:
    """How many positions `ablate_sample` would still ablate."""
    return sum(len(part.triples) for part in parts_to_ablate(scan, features, folder))


def _triples(scan: Scan, features: Sequence[int]) -> torch.Tensor:
    """The sampled (sentence, feature, position) of the features, int64 [n, 3], by sentence."""
    import torch

    sample = scan.sample
    chosen = torch.tensor(features)
    sentence, position = sample.sentence[chosen], sample.position[chosen]
    there = sentence >= 0
    triples = torch.stack(
        [sentence[there].long(), chosen[:, None].expand_as(sentence)[there], position[there].long()], dim=1
    )
    return triples[triples[:, 0].argsort(stable=True)]


def _by_block(scan: Scan, triples: torch.Tensor, folder: Path) -> Iterator[AblationPart]:
    """The blocks in which something is to be ablated, each in pieces of whole sentences."""
    for index, start in enumerate(range(0, len(scan.sentences), BLOCK)):
        here = triples[triples[:, 0] // BLOCK == index]
        sentences = dict(enumerate(scan.sentences[start : start + BLOCK], start))
        for number, piece in enumerate(_pieces(here)):
            yield AblationPart(folder / f"block-{index:05d}-{number:03d}.safetensors", sentences, piece)


def _pieces(triples: torch.Tensor) -> list[torch.Tensor]:
    """The triples, which are in order of sentences, cut between sentences where a file is full."""
    sizes = [0]
    for count in triples[:, 0].unique_consecutive(return_counts=True)[1].tolist():
        if sizes[-1] and sizes[-1] + count > ABLATIONS:
            sizes.append(0)
        sizes[-1] += count
    return list(triples.split(sizes)) if len(triples) else []


def _ablated_block(
    model: LanguageModel, sae: LoadedSae, sentences: dict[int, str], triples: torch.Tensor, report: Report
) -> dict[str, torch.Tensor]:
    import torch

    numbers, row = triples[:, 0].unique(return_inverse=True)
    texts = list(residuals(model, sae, [sentences[number] for number in numbers.tolist()], report=report))
    asked = [
        (text, feature, position)
        for text, (_, feature, position) in zip(row.tolist(), triples.tolist(), strict=True)
    ]
    effect = ablate_many(model, sae, texts, asked, report=report)
    return {
        "triples": triples,
        "kl": effect.kl.float().cpu(),
        "entropy": effect.baseline_entropy.float().cpu(),
        "noise_floor": torch.tensor(effect.noise_floor),
    }


def _counting(report: Report, before: int, total: int) -> Report:
    """A report for a block's own work that tells how far the whole is."""
    return lambda progress: report(Progress("ablating features", before, total, "positions"))
