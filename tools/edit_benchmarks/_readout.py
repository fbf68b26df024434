"""Reads the same questions of a model again and again while edits come and go, in few batched passes.

What the questions need is settled once: prompts and targets as token ids, put one after the other; each beginning at
which the next token matters read once, from the longest row that contains it; rows sorted by length. The first
reading keeps the residual stream that enters the edited layer. As nothing below an edit changes, every further
reading runs the layers from there up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.editing.contexts import target_tokens
from tools.editing.edit import EditError
from tools.errors import ModelError
from tools.models.chat import encode_prompts
from tools.models.forward import are_known, context_length, forward, input_device, is_out_of_memory
from tools.models.layers import find_decoder
from tools.models.partial_pass import changed_entry, skipped
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

TOKENS_PER_BATCH = {"cpu": 1024, "mps": 4096, "cuda": 16_384}
LOGITS_PER_BATCH = 2**25
"""Entries of the logits of one batch: 128 MiB in float32."""

Tokens = tuple[int, ...]
Question = tuple[str, str]
"""Prompt and target."""


@dataclass(frozen=True)
class Answer:
    """How likely the model finds a target after a prompt. None where its logits are not numbers."""

    p: float | None
    """Joint probability of the target's tokens."""
    is_greedy: bool | None
    """Whether each of them is the most probable one at its place."""
    log_p: float | None = None
    """The logarithm of `p`, in nats, which has a value where `p` is too small for one."""
    greedy: tuple[bool, ...] = ()
    """Of each token, whether it is the most probable one at its place."""


@dataclass(frozen=True)
class Answers:
    """One reading of all questions."""

    to: dict[Question, Answer]
    next_token: dict[str, torch.Tensor]
    """By prompt: log-probabilities of the next token, float32 [vocabulary] on the CPU."""


@dataclass(frozen=True)
class _Row:
    inputs: Tokens
    beginnings: tuple[Tokens, ...]
    """Those after which the next token is read; `inputs` is the longest."""


@dataclass(frozen=True)
class _Next:
    """What is read after one beginning."""

    log_probs: dict[int, float]
    """Of the tokens that are asked for; NaN where the logits are not numbers."""
    best: int
    distribution: torch.Tensor | None


class Readout:
    """Questions to a model of which only layers from `entry` on change between readings."""

    def __init__(
        self,
        model: LanguageModel,
        questions: Iterable[Question],
        *,
        distributions: Iterable[str] = (),
        entry: int,
    ) -> None:
        """distributions: prompts of which the next token's whole distribution is wanted."""
        self._model = model
        self._decoder = find_decoder(model.model)
        self._entry = entry
        self.unreadable: dict[Question, str] = {}
        """Questions that cannot be put to this model, with the reason; a distribution's target is empty."""
        self.distributions = frozenset(distributions)
        asked = dict.fromkeys([*questions, *((prompt, "") for prompt in sorted(self.distributions))])
        self._encoded = self._encode(list(asked))
        self._wanted: dict[Tokens, set[int]] = defaultdict(set)
        for prompt, targets in self._encoded.values():
            for offset, target in enumerate(targets):
                self._wanted[prompt + targets[:offset]].add(target)
        self._kept = {prompt for prompt, targets in self._encoded.values() if not targets}
        self._batches = self._batched(_rows({*self._wanted, *self._kept}))
        self._streams: list[torch.Tensor] = []

    def read(self, report: Report = silent) -> Answers:
        """The answers of the model as it is now. Raises ModelError where memory does not suffice for a batch."""
        streams: list[torch.Tensor] = []
        read: dict[Tokens, _Next] = {}
        for number, batch in enumerate(self._batches):
            report(Progress("reading probes", number, len(self._batches), "batches"))
            try:
                logits, stream = self._pass(batch, self._streams[number] if self._streams else None)
                streams.append(stream)
                read |= self._next_tokens(logits, [one for row in batch for one in row.beginnings])
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                raise ModelError(
                    f"Memory does not suffice for {len(batch)} probes at once.",
                    "Use a smaller model or a smaller dtype.",
                ) from error
        report(Progress("reading probes", len(self._batches), len(self._batches), "batches"))
        self._streams = streams
        answers, next_token = {}, {}
        for question, (prompt, targets) in self._encoded.items():
            if targets:
                answers[question] = _answer(prompt, targets, read)
            elif (distribution := read[prompt].distribution) is not None:
                next_token[question[0]] = distribution
        return Answers(answers, next_token)

    def _encode(self, questions: Sequence[Question]) -> dict[Question, tuple[Tokens, Tokens]]:
        """Prompt and target of each question as token ids; what cannot be read is noted with the reason."""
        length = context_length(self._model.model, self._model.tokenizer)
        prompts = encode_prompts(
            self._model.tokenizer, [prompt.rstrip() for prompt, _ in questions], chat=False
        )
        encoded: dict[Question, tuple[Tokens, Tokens]] = {}
        for question, ids in zip(questions, prompts, strict=True):
            try:
                targets = target_tokens(self._model, question[1]) if question[1] else ()
            except EditError as error:
                self.unreadable[question] = error.message
                continue
            room = length + 1 - max(1, len(targets))
            if not ids or room < 1:
                self.unreadable[question] = "The prompt has no tokens, or the target leaves no room for it."
            elif not are_known(self._model.model, (*ids, *targets)):
                self.unreadable[question] = "There is a token in it that the model does not know."
            else:
                encoded[question] = tuple(ids[-room:]), targets
        return encoded

    def _batched(self, rows: list[_Row]) -> list[list[_Row]]:
        """Rows of like length together, within the limits on tokens and on logits."""
        device = input_device(self._model.model).type
        max_tokens = TOKENS_PER_BATCH.get(device, TOKENS_PER_BATCH["cpu"])
        vocabulary = self._decoder.unembedding.get_parameter("weight").shape[0]
        batches: list[list[_Row]] = []
        reads = 0
        for row in sorted(rows, key=lambda row: len(row.inputs), reverse=True):
            reads += len(row.beginnings)
            size = len(batches[-1]) + 1 if batches else 1
            if (
                not batches
                or size * len(batches[-1][0].inputs) > max_tokens
                or reads * vocabulary > LOGITS_PER_BATCH
            ):
                batches.append([])
                reads = len(row.beginnings)
            batches[-1].append(row)
        return batches

    def _pass(self, batch: list[_Row], stream: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits [beginning, vocabulary] of a batch, and the stream [row, position, width] that enters the layer.

        With a stream of an earlier pass the layers below are not run again.
        """
        import torch

        width = len(batch[0].inputs)
        # Padding stands on the right, where causal attention never looks: no mask is needed.
        ids = torch.tensor(
            [row.inputs + (0,) * (width - len(row.inputs)) for row in batch],
            device=input_device(self._model.model),
        )
        reads = [(number, len(one) - 1) for number, row in enumerate(batch) for one in row.beginnings]
        numbers, places = torch.tensor(reads).T
        entering: list[torch.Tensor] = []

        def enter(hidden: torch.Tensor) -> torch.Tensor:
            entering.append(hidden if stream is None else stream)
            return entering[0]

        below = () if stream is None else self._decoder.layers[: self._entry]
        with skipped(layer.module for layer in below), changed_entry(self._decoder, self._entry, enter):
            output = forward(
                self._model.model,
                lambda hidden: hidden[numbers, places].unsqueeze(0),
                input_ids=ids,
                use_cache=False,
            )
        return output.logits[0], entering[0]

    def _next_tokens(self, logits: torch.Tensor, beginnings: Sequence[Tokens]) -> dict[Tokens, _Next]:
        """What is wanted of each line of logits [beginning, vocabulary]."""
        import torch

        log_probs = logits.log_softmax(dim=-1)
        best = logits.argmax(dim=-1).tolist()
        # One logit that is not a number makes its whole distribution meaningless.
        sound = torch.isfinite(logits.logsumexp(dim=-1)).tolist()
        read = {}
        for line, beginning in enumerate(beginnings):
            wanted = sorted(self._wanted.get(beginning, ()))
            values = log_probs[line, wanted].tolist() if sound[line] else [math.nan] * len(wanted)
            keeps = sound[line] and beginning in self._kept
            # Cloned, since a view would keep all of the batch's in memory.
            distribution = log_probs[line].cpu().clone() if keeps else None
            read[beginning] = _Next(dict(zip(wanted, values, strict=True)), best[line], distribution)
        return read


def divergence(before: torch.Tensor | None, after: torch.Tensor | None) -> float | None:
    """KL(before‖after) in nats of log-probabilities float32 [vocabulary], summed in float64; None without both.

    None too where it is infinite, which float32 log-probabilities of a softmax are only through overflow.
    """
    if before is None or after is None:
        return None
    kl = float((before.double().exp() * (before.double() - after.double())).nansum())
    # Rounding can leave a sum a little below nought, which no divergence is.
    return max(0.0, kl) if math.isfinite(kl) else None


def _rows(beginnings: Iterable[Tokens]) -> list[_Row]:
    """As few rows as contain all beginnings.

    Causality makes that exact. In lexicographic order everything between a sequence and its extension begins with
    that sequence too, so looking at the one before suffices.
    """
    rows: list[tuple[Tokens, list[Tokens]]] = []
    for beginning in sorted(beginnings, reverse=True):
        if not rows or rows[-1][0][: len(beginning)] != beginning:
            rows.append((beginning, []))
        rows[-1][1].append(beginning)
    return [_Row(inputs, tuple(inside)) for inputs, inside in rows]


def _answer(prompt: Tokens, targets: Tokens, read: dict[Tokens, _Next]) -> Answer:
    steps = [(read[prompt + targets[:offset]], target) for offset, target in enumerate(targets)]
    total = math.fsum(step.log_probs[target] for step, target in steps)
    if math.isnan(total):
        return Answer(None, None)
    total = min(0.0, total)  # rounding can leave a probability a little above 1
    greedy = tuple(step.best == target for step, target in steps)
    return Answer(math.exp(total), all(greedy), total, greedy)
