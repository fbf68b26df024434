"""Log-probabilities by padded batches, a row for each sequence: for models that `TreePasses` do not suit.

A request whose tokens begin another request's tokens (one prompt with another choice, often) is read from its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.errors import ModelError
from tools.models.forward import forward, input_device, is_out_of_memory
from tools.models.subject import ContinuationScore
from tools.models.targets import LOGITS_PER_PASS, Request, read_targets

TOKENS_PER_BATCH = {"cpu": 1024, "mps": 4096, "cuda": 16384}
"""By device; on a CPU larger batches fall out of its caches and run slower."""


@dataclass(frozen=True)
class _Row:
    """One row of a batch and the requests that are read from it: their inputs are its own or its beginning."""

    inputs: tuple[int, ...]
    requests: tuple[Request, ...]

    @property
    def places(self) -> list[int]:
        """Where logits are read, each place once."""
        return sorted({place for request in self.requests for place in request.places})


def scores_by_rows(
    model: Any, requests: list[Request], tick: Callable[[int], None]
) -> Iterator[tuple[int, ContinuationScore]]:
    """Score the requests; `tick` is called before every pass with the number that is done.

    Raises ModelError where even one row alone does not fit into memory.
    """
    rows = sorted(_rows(requests), key=lambda row: len(row.inputs), reverse=True)
    max_tokens = TOKENS_PER_BATCH.get(input_device(model).type, TOKENS_PER_BATCH["cpu"])
    max_reads = LOGITS_PER_PASS // model.get_output_embeddings().weight.shape[0]
    done = 0
    while rows:
        tick(done)
        batch = _first_batch(rows, max_tokens, max_reads)
        try:
            scores = _score_batch(model, batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(batch) == 1:
                raise ModelError(
                    f"Memory does not suffice for one prompt of {len(batch[0].inputs):,} tokens.",
                    "Use a smaller model, a smaller dtype or shorter prompts.",
                ) from error
            max_tokens, max_reads = max_tokens // 2, max_reads // 2
            continue
        del rows[: len(batch)]
        done += len(scores)
        yield from scores


def _rows(requests: list[Request]) -> list[_Row]:
    """As few rows as serve all requests: whose inputs begin another's inputs is read from the other's row.

    Causality makes that exact. In lexicographic order, everything between a sequence and its extension begins
    with that sequence too, so looking at the next one suffices.
    """
    rows: list[_Row] = []
    shared: list[Request] = []
    ordered = sorted(requests, key=lambda request: request.inputs, reverse=True)
    for request in ordered:
        if shared and shared[0].inputs[: len(request.inputs)] != request.inputs:
            rows.append(_Row(shared[0].inputs, tuple(shared)))
            shared = []
        shared.append(request)
    if shared:
        rows.append(_Row(shared[0].inputs, tuple(shared)))
    return rows


def _first_batch(rows: list[_Row], max_tokens: int, max_reads: int) -> list[_Row]:
    """The longest beginning of `rows` (sorted, longest first) within both limits, and at least one row."""
    size, reads = 0, 0
    while size < len(rows):
        reads += len(rows[size].places)
        if size and ((size + 1) * len(rows[0].inputs) > max_tokens or reads > max_reads):
            break
        size += 1
    return rows[:size]


def _score_batch(model: Any, batch: list[_Row]) -> list[tuple[int, ContinuationScore]]:
    import torch

    device = input_device(model)
    width = len(batch[0].inputs)
    # Padding stands on the right, where causal attention never looks: neither a mask nor position ids are needed.
    ids = torch.tensor([row.inputs + (0,) * (width - len(row.inputs)) for row in batch], device=device)
    slots = {
        read: slot
        for slot, read in enumerate(
            (number, place) for number, row in enumerate(batch) for place in row.places
        )
    }
    numbers, places = torch.tensor(list(slots)).T
    output = forward(
        model, lambda hidden: hidden[numbers, places].unsqueeze(0), input_ids=ids, use_cache=False
    )

    wanted = [(number, request) for number, row in enumerate(batch) for request in row.requests]
    read_slots = [slots[number, place] for number, request in wanted for place in request.places]
    targets = [target for _, request in wanted for target in request.targets]
    log_probs, greedy = read_targets(output.logits[0], read_slots, targets)
    scores = []
    start = 0
    for _, request in wanted:
        part = slice(start, start := start + len(request.targets))
        scores.append(
            (request.index, ContinuationScore(request.targets, tuple(log_probs[part]), all(greedy[part])))
        )
    return scores
