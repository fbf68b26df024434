"""Which layer to edit: the published one, the one recorded for a model, else the best of a short sweep, kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import fmean
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from tools.editing.apply import applied
from tools.editing.behaviour import next_token_log_probs, target_probabilities
from tools.editing.contexts import cut_prefixes
from tools.editing.covariance import weights_below
from tools.editing.edit import Edit, EditError, EditSettings
from tools.editing.place import find_place
from tools.editing.request import EditRequest
from tools.models.layers import find_decoder
from tools.progress import Progress, Report

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

KNOWN = {
    # Meng et al. 2022, "Locating and Editing Factual Associations in GPT".
    ("gpt2", 48, 1600): 17,
    # Wang et al. 2024, "EasyEdit": its settings for models of 7 and 8 billion parameters.
    ("llama", 32, 4096): 5,
    ("mistral", 32, 4096): 5,
    ("qwen2", 28, 3584): 5,
    # SmolLM2-135M-Instruct: measured, see the module's docstring.
    ("llama", 30, 576): 5,
}
"""By architecture, number of layers and width."""
DEPTHS = (1 / 6, 1 / 4, 1 / 3, 1 / 2)
"""What a sweep tries, as shares of the number of layers."""
HELD_OUT_CONTEXTS = 6
UNRELATED_TEXTS = 12


def choose_layer(
    model: LanguageModel,
    request: EditRequest,
    settings: EditSettings,
    compute: Callable[[int], Edit],
    report: Report,
) -> int:
    """The layer for a model. compute: the edit of `request` at a layer, tried out by a sweep and taken off again."""
    if (known := known_layer(model, settings.folder)) is not None:
        return known
    candidates = _candidates(model)
    scores = {}
    for done, layer in enumerate(candidates):
        report(Progress("choosing the layer to edit", done, len(candidates), "layers"))
        scores[layer] = _score(model, request, settings, compute(layer))
    best = max(scores, key=scores.__getitem__)
    _write(_kept_at(model, settings.folder), best)
    return best


def known_layer(model: LanguageModel, folder: Path) -> int | None:
    """The layer that is published or recorded for a model, or kept in `folder`; None where a sweep is needed."""
    decoder = find_decoder(model.model)
    config = model.model.config.get_text_config()
    width = decoder.embedding.get_parameter("weight").shape[1]
    known = KNOWN.get((config.model_type, len(decoder.layers), width))
    if known is not None:
        return known
    kept = _read(_kept_at(model, folder))
    return kept if kept in _candidates(model) else None


def _candidates(model: LanguageModel) -> list[int]:
    n_layers = len(find_decoder(model.model).layers)
    return sorted({int(n_layers * depth) for depth in DEPTHS})


def _kept_at(model: LanguageModel, folder: Path) -> Path:
    # Named by weights that no edit at a candidate changes.
    below = weights_below(model, find_place(model, _candidates(model)[0]))
    return folder / "layers" / f"{below[:16]}.json"


def _score(model: LanguageModel, request: EditRequest, settings: EditSettings, edit: Edit) -> float:
    """Mean probability of the target after prefixes that the edit was not made with, less the mean KL elsewhere."""
    held_out = cut_prefixes(settings.texts(), HELD_OUT_CONTEXTS, settings.seed + 1)
    asked = [(f"{prefix} {request.text}", request.target) for prefix in held_out]
    unrelated = [text[:80] for text in islice(settings.texts(), UNRELATED_TEXTS) if text.strip()]
    before = next_token_log_probs(model, unrelated)
    with applied(model, edit):
        after = next_token_log_probs(model, unrelated)
        holds = fmean(target_probabilities(model, asked))
    return holds - float((before.exp() * (before - after)).sum(dim=-1).mean())


def _read(file: Path) -> int | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, int) else None


def _write(file: Path, layer: int) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as partial:
            json.dump(layer, partial)
        os.replace(partial.name, file)
    except OSError as error:
        raise EditError(
            f"The layer that was chosen cannot be kept in {file.parent} ({error.strerror or error}).",
            "Free some space or set BENCHWRIGHT_CACHE to another folder.",
        ) from error
