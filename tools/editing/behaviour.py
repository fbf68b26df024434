"""What a model does and has inside on fixed prompts, observed so that two states of it can be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING

from tools.models.forward import are_known, context_length, encodable, forward, input_device
from tools.models.layers import find_decoder
from tools.models.residual import captured_residuals
from tools.progress import Progress, Report
from tools.sae.activations import counting_tokens

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

SAMPLED_TEXTS = 3
SAMPLED_TOKENS = 16
LONGEST_TEXT = 128
ROWS_PER_PASS = 16


@dataclass(frozen=True)
class Behaviour:
    """What was observed."""

    log_probs: torch.Tensor | None
    """Of the next token after each unrelated prompt, float32 [n, vocabulary]; None without prompts."""
    streams: dict[int, torch.Tensor]
    """Residual stream after each layer at the neutral texts' tokens, without special and first ones, [n, width]."""


def observe(
    model: LanguageModel, layer: int, unrelated: Sequence[str], neutral: Sequence[str], report: Report
) -> Behaviour:
    """Observe the model as it is; residual streams from `layer` up."""
    report(Progress("validating the edit: observing the model", 0, unit="models"))
    layers = range(layer, len(find_decoder(model.model).layers))
    return Behaviour(
        next_token_log_probs(model, unrelated) if unrelated else None,
        _streams(model, layers, neutral) if neutral else {},
    )


def target_probabilities(model: LanguageModel, asked: Sequence[tuple[str, str]]) -> tuple[float, ...]:
    """The joint probability of each target's tokens after its prompt."""
    requests = [(prompt.rstrip(), f" {target.strip()}") for prompt, target in asked]
    scores = dict(model.log_probs(requests)) if requests else {}
    return tuple(math.exp(scores[index].total) for index in range(len(requests)))


def next_token_log_probs(model: LanguageModel, prompts: Sequence[str]) -> torch.Tensor:
    """Log-probabilities of the token after each prompt, float32 [n, vocabulary] on the CPU."""
    import torch

    found = []
    for batch in _batches(_encoded(model, prompts)):
        ids, lengths = _padded(batch)
        last = partial(_at, [length - 1 for length in lengths])
        output = forward(model.model, last, input_ids=ids.to(input_device(model.model)), use_cache=False)
        found.append(output.logits[0].log_softmax(dim=-1).cpu())
    return torch.cat(found)


def _streams(model: LanguageModel, layers: range, texts: Sequence[str]) -> dict[int, torch.Tensor]:
    import torch

    found: dict[int, list[torch.Tensor]] = {layer: [] for layer in layers}
    for batch in _batches(_encoded(model, texts)):
        ids, lengths = _padded(batch)
        with captured_residuals(model.model, layers) as streams:
            forward(model.model, _no_place, input_ids=ids.to(input_device(model.model)), use_cache=False)
        for row, length in enumerate(lengths):
            # Which tokens are sinks is left to whoever compares: an edit may make or unmake one.
            counts = counting_tokens(model, ids[row, :length], torch.ones(length, 1))
            for layer in layers:
                found[layer].append(streams[layer][row, :length].float().cpu()[counts])
    return {layer: torch.cat(parts) for layer, parts in found.items()}


def _at(places: list[int], hidden: torch.Tensor) -> torch.Tensor:
    """One place of each row, [1, row, width]."""
    return hidden[range(len(places)), places].unsqueeze(0)


def _no_place(hidden: torch.Tensor) -> torch.Tensor:
    return hidden[:, :0]


def repetition(model: LanguageModel, beginnings: Sequence[str], report: Report) -> float | None:
    """Share of pairs of neighbouring tokens in sampled text that occurred in it before; None without any text."""
    # Sampled, because healthy small models repeat themselves when they are greedy, and seeldom when sampled.
    written = model.generate(
        beginnings[:SAMPLED_TEXTS],
        max_new_tokens=SAMPLED_TOKENS,
        temperature=1.0,
        seed=0,
        chat=False,
        report=report,
    )
    shares = []
    for _, generation in written:
        ids = model.tokenizer(encodable(generation.text), add_special_tokens=False, verbose=False)[
            "input_ids"
        ]
        pairs = list(pairwise(ids))
        if pairs:
            shares.append(1 - len(set(pairs)) / len(pairs))
    return fmean(shares) if shares else None


def _encoded(model: LanguageModel, texts: Sequence[str]) -> list[list[int]]:
    most = min(LONGEST_TEXT, context_length(model.model, model.tokenizer))
    encoded = []
    for text in texts:
        ids = model.tokenizer(encodable(text.rstrip()), verbose=False)["input_ids"][-most:]
        if ids and are_known(model.model, ids):
            encoded.append(ids)
    if not encoded:
        raise ValueError("none of the texts has a token that the model knows")
    return encoded


def _batches(rows: list[list[int]]) -> list[list[list[int]]]:
    return [rows[start : start + ROWS_PER_PASS] for start in range(0, len(rows), ROWS_PER_PASS)]


def _padded(rows: list[list[int]]) -> tuple[torch.Tensor, list[int]]:
    """Token ids padded on the right, where causal attention never looks, and the rows' lengths."""
    import torch

    lengths = [len(row) for row in rows]
    longest = max(lengths)
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows]), lengths
