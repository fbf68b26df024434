"""Which layer to edit: the published one, the one recorded for a model, else the best of a short sweep, kept.

How layer and settings of SmolLM2-135M-Instruct were chosen: on every fourth of `prompts.probes.own_facts` from the
third on, 12 edits. p is the mean probability of the target after six validation paraphrases of each, NS the share of
four or five neighbours of each where the true answer stays ahead (unedited 0.97), and fall how far it falls behind
there, the mean of the change of ln P[true] - ln P[new], in nats.

- First, in bfloat16 and at layer 8: a stop at 0.005 rather than 0.05 nats raises p from 0.47 to 0.53, learning rate 1
  rather than 0.5 to 0.57, prefixes that end in other ways than a full stop (`contexts.ENDS`) to 0.61.
- λ makes little difference: from 1e-3 to 0.1 the share of the change that arrives at neighbours' keys grows by 0.003.
- The layer makes much: that share is 0.26 at layer 12, 0.16 at 8, 0.09 at 5, 0.07 at 4 and 0.05 at 3, and at
  paraphrases' keys 0.92 to 1.00 at all of them.
- So does the longest change (`clamp`), in float32 from here on. At layer 5, 4 and 2.5 times the value: p 0.62 and
  0.58, fall 0.40 and 0.21 (5 facts); 2.5 and 1.5 times: p 0.55 and 0.40, fall 0.20 and 0.11 (4 facts).
- On the same 4 facts, layer 4 with 2 times: p 0.52, fall 0.11; layer 3 with 3 times: p 0.63, fall -0.02; layer 2 with
  3 times, 15 steps and 2 contexts: p 0.57, fall 0.17.
- On all 12, at most 20 steps, 4 contexts: layer 5 with 2.5 times p 0.52, NS 0.95, 6 edits reach 0.5; layer 3 with 3
  times p 0.55, NS 0.98, 9 edits reach 0.5.
- An earlier stop keeps no neighbour and loses paraphrases: at layer 3 with 15 steps, p 0.54 with 0.005 nats, 0.51
  with 0.02, fall 0.51 and 0.52.
- Steps and contexts cost time: on 10 facts, 15 steps with 4 contexts have p 0.53, with 2 contexts 0.51, fall 0.55
  both, in two thirds of the time; 12 steps have p 0.48.
- Without use: a term that keeps the next token at a quarter of the change, as a neighbour gets it (fall 0.38 for
  0.40, 5 facts); the keys of the subject's last word after other words in C (the share at neighbours' grows);
  learning rates of 0.7 and 1.5 (p 0.59 and 0.61 for 0.60, fall 0.20 and 0.23 for 0.22, 7 facts).

What came of it on the other facts stands in docs/edits.md.
"""

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
    ("llama", 30, 576): 3,
}
"""By architecture, number of layers and width."""
DEPTHS = (1 / 10, 1 / 6, 1 / 4, 1 / 3)
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
