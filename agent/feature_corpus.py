"""The corpus on which SAE features are read: sentences that the model itself wrote, sampled once and kept."""

import copy
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from prompts.running_text import chat_prompts, openings
from tools.errors import ModelError, UserError
from tools.models.cached_folder import cache_root
from tools.progress import Progress, Report, silent
from tools.sae.sentences import sentences

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

TOKENS = 30_000
"""Sampled tokens. With 32 of 4,096 features at a token, each fires 230 times on average."""
MAX_NEW_TOKENS = 128
MANY = 10_000
"""More prompts than there are: sampling ends with the tokens."""
FEWEST = 200
"""Sentences below which nothing can be said of features."""
FILE = "sentences.json"
SOURCE = "sampled from the model"


def feature_corpus(model: "LanguageModel", seed: int = 0, report: Report = silent) -> list[str]:
    """The sentences, sampled at the first call for a model (some minutes on a CPU; what was sampled is kept).

    Raises ModelError where the model writes too little text or the cache cannot be written.
    """
    folder = corpus_folder(model.weights_hash, seed)
    if (kept := kept_corpus(model.weights_hash, seed)) is not None:
        return kept
    found = sentences(_sampled(model, folder, seed, report))
    if len(found) < FEWEST:
        raise ModelError(
            f"{model.name} wrote only {len(found)} sentences, and {FEWEST} are needed to read features or keys on.",
            "Use a model that writes text.",
        )
    _write(folder / FILE, found)
    return found


def kept_corpus(weights_hash: str, seed: int) -> list[str] | None:
    """The corpus that a model of these weights has written; None where it has not."""
    return _read(corpus_folder(weights_hash, seed) / FILE)


def corpus_folder(weights_hash: str, seed: int) -> Path:
    """Where the corpus of a model of these weights is kept."""
    return cache_root() / "corpus" / f"{weights_hash[:16]}-{seed}-{TOKENS}"


def is_sampled(model: "LanguageModel", seed: int) -> bool:
    """Whether the corpus is there already."""
    return (corpus_folder(model.weights_hash, seed) / FILE).exists()


def sampled_tokens(model: "LanguageModel", seed: int) -> int:
    """Tokens that an earlier call has sampled of a corpus that is not finished."""
    from tools.sae.corpus import kept_samples

    return sum(sample.tokens for sample in kept_samples(corpus_folder(model.weights_hash, seed)))


def scans_folder() -> Path:
    """Where scans of corpora are kept."""
    return cache_root() / "scans"


def _sampled(model: "LanguageModel", folder: Path, seed: int, report: Report) -> list[str]:
    from tools.sae.corpus import sample_passages

    passages = sample_passages(
        _writing(model),
        chat_prompts(MANY, seed),
        openings(MANY, seed),
        TOKENS,
        folder,
        max_new_tokens=MAX_NEW_TOKENS,
        seed=seed,
        report=lambda progress: report(
            Progress("sampling a corpus", progress.done, progress.total, progress.unit)
        ),
    )
    texts = []
    try:
        for passage in passages:
            texts.append(passage.text)
    except UserError:
        pass  # the prompts were used up: a model that writes short answers; there may still be enough
    except OSError as error:
        raise ModelError(
            f"The corpus cannot be kept in {folder} ({error.strerror or error}).",
            "Free some space or set BENCHWRIGHT_CACHE to another folder.",
        ) from error
    return texts


def _writing(model: "LanguageModel") -> "LanguageModel":
    """A copy in bfloat16 where the machine computes faster with it: text is wanted here, not numbers."""
    import torch

    from tools.models.cost import measured_rates
    from tools.models.language_model import LanguageModel

    if model.device.type != "cpu" or model.dtype != torch.float32:
        return model
    exact, short = (measured_rates(model.device, dtype) for dtype in (model.dtype, torch.bfloat16))
    if short.flops < exact.flops:
        return model
    copied = copy.deepcopy(model.model).to(torch.bfloat16)
    return LanguageModel(copied, model.tokenizer, model.name, model.source, model.revision)


def _read(file: Path) -> list[str] | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, list) and all(isinstance(text, str) for text in kept) else None


def _write(file: Path, kept: list[str]) -> None:
    """Whole or not at all."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as partial:
            json.dump(kept, partial)
            partial.flush()
            os.fsync(partial.fileno())
        os.replace(partial.name, file)
    except OSError as error:
        raise ModelError(
            f"The corpus cannot be kept in {file.parent} ({error.strerror or error}).",
            "Free some space or set BENCHWRIGHT_CACHE to another folder.",
        ) from error
