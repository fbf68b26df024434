"""Log-probabilities of continuations, many requests to a batch.

Requests are encoded as lm-eval 0.4.13's `HFLM.loglikelihood` encodes them, so that numbers can be held against
published ones. What is not read is not computed: logits exist at the continuations' places only, and a request
whose tokens begin another request's tokens (the same prompt with another choice, often) is read from its pass.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError
from tools.models.forward import are_known, context_length, encodable, forward, input_device, is_out_of_memory
from tools.models.subject import ContinuationScore
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

TOKENS_PER_BATCH = {"cpu": 1024, "mps": 4096, "cuda": 16384}
"""By device; on a CPU larger batches fall out of its caches and run slower."""
LOGITS_PER_BATCH = 2**25
"""Entries of the logits of one batch: 128 MiB in float32."""


@dataclass(frozen=True)
class _Request:
    index: int
    inputs: tuple[int, ...]
    """What the model reads: prompt and continuation without its last token, cut on the left to fit."""
    targets: tuple[int, ...]
    """The continuation, predicted at the last len(targets) places of the inputs."""

    @property
    def places(self) -> range:
        return range(len(self.inputs) - len(self.targets), len(self.inputs))


@dataclass(frozen=True)
class _Row:
    """One row of a batch and the requests that are read from it: their inputs are its own or its beginning."""

    inputs: tuple[int, ...]
    requests: tuple[_Request, ...]

    @property
    def places(self) -> list[int]:
        """Where logits are read, each place once."""
        return sorted({place for request in self.requests for place in request.places})


def score_continuations(
    model: Any, tokenizer: Any, requests: Sequence[tuple[str, str]], report: Report = silent
) -> Iterator[tuple[int, ContinuationScore]]:
    """Score (prompt, continuation) pairs; (index, score) in any order, each as soon as it is known.

    A continuation of which the tokenizer makes no token, or a token that the model does not know, or that is
    longer than the model's context, has the single log-probability NaN. Raises ValueError at the call for an empty
    continuation, ModelError where even one request alone does not fit into memory.
    """
    for index, (_, continuation) in enumerate(requests):
        if not continuation:
            raise ValueError(f"request {index} has an empty continuation, and there is nothing to score")
    return _scores(model, tokenizer, requests, report)


def _scores(
    model: Any, tokenizer: Any, requests: Sequence[tuple[str, str]], report: Report
) -> Iterator[tuple[int, ContinuationScore]]:
    length = context_length(model, tokenizer)
    usable = []
    for index, (context, continuation) in enumerate(encode_pairs(tokenizer, requests)):
        tokens = context + continuation
        if not (context and 0 < len(continuation) <= length and are_known(model, tokens)):
            yield index, ContinuationScore(tuple(continuation), (float("nan"),), False)
        else:
            usable.append(_Request(index, tuple(tokens[-(length + 1) : -1]), tuple(continuation)))

    rows = sorted(_rows(usable), key=lambda row: len(row.inputs), reverse=True)
    vocabulary = model.get_output_embeddings().weight.shape[0]
    max_tokens = TOKENS_PER_BATCH.get(input_device(model).type, TOKENS_PER_BATCH["cpu"])
    max_reads = LOGITS_PER_BATCH // vocabulary
    done = len(requests) - len(usable)
    while rows:
        report(Progress("scoring continuations", done, len(requests), "continuations"))
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
    report(Progress("scoring continuations", done, len(requests), "continuations"))


def encode_pairs(tokenizer: Any, requests: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
    """Token ids of each (prompt, continuation) pair, apart; the whole string is encoded and then split.

    Spaces at the prompt's end go to the continuation, which is where tokenizers want them. Special tokens are
    added as the tokenizer does by default, but not before a prompt that begins with BOS as text. An empty prompt
    becomes BOS, else EOS. Where prompt and continuation melt into one token, they are encoded apart.
    """
    prefix = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    prefix_text = tokenizer.decode(prefix) if prefix is not None else None
    pairs = []
    for prompt, continuation in requests:
        prompt, continuation = encodable(prompt), encodable(continuation)
        spaces = len(prompt) - len(prompt.rstrip())
        if prompt and spaces:
            prompt, continuation = prompt[:-spaces], prompt[-spaces:] + continuation
        pairs.append((prompt, continuation))

    def encode(texts: list[str], special: bool) -> list[list[int]]:
        return tokenizer(texts, add_special_tokens=special, verbose=False)["input_ids"] if texts else []

    encoded: list[tuple[list[int], list[int]]] = [([], [])] * len(pairs)
    groups: dict[bool, list[int]] = defaultdict(list)
    for index, (prompt, continuation) in enumerate(pairs):
        if prompt:
            groups[not (prefix_text and prompt.startswith(prefix_text))].append(index)
            continue
        (alone,) = encode([continuation], special=False)
        if prefix is None or alone[:1] == [prefix]:
            encoded[index] = alone[:1], alone[1:]
        else:
            encoded[index] = [prefix], alone
    for special, indices in groups.items():
        wholes = encode([pairs[i][0] + pairs[i][1] for i in indices], special)
        contexts = encode([pairs[i][0] for i in indices], special)
        for index, whole, context in zip(indices, wholes, contexts, strict=True):
            continuation_ids = whole[len(context) :] or encode([pairs[index][1]], special=False)[0]
            # A prompt of which no token remains is an empty one.
            encoded[index] = context or ([] if prefix is None else [prefix]), continuation_ids
    return encoded


def _rows(requests: list[_Request]) -> list[_Row]:
    """As few rows as serve all requests: whose inputs begin another's inputs is read from the other's row.

    Causality makes that exact. In lexicographic order, everything between a sequence and its extension begins
    with that sequence too, so looking at the next one suffices.
    """
    rows: list[_Row] = []
    shared: list[_Request] = []
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
    log_probs, greedy = _read(output.logits[0], read_slots, targets)
    scores = []
    start = 0
    for _, request in wanted:
        part = slice(start, start := start + len(request.targets))
        scores.append(
            (request.index, ContinuationScore(request.targets, tuple(log_probs[part]), all(greedy[part])))
        )
    return scores


def _read(logits: torch.Tensor, slots: list[int], targets: list[int]) -> tuple[list[float], list[bool]]:
    """Log-probability of each target, in the logits [place, vocabulary] of its slot, and whether it is the top."""
    import torch

    normaliser = logits.logsumexp(dim=-1)
    best = logits.argmax(dim=-1)
    slot = torch.tensor(slots, device=logits.device)
    target = torch.tensor(targets, device=logits.device)
    log_probs = logits[slot, target] - normaliser[slot]
    # An infinite or missing logit makes the whole distribution meaningless, not only its own entry.
    sound = torch.isfinite(normaliser[slot])
    log_probs = torch.where(sound, log_probs, torch.nan)
    return log_probs.tolist(), (sound & (best[slot] == target)).tolist()
