"""Log-probabilities of continuations, many requests to a pass.

Requests are encoded as lm-eval 0.4.13's `HFLM.loglikelihood` encodes them, so that numbers can be held against
published ones. What is not read is not computed, and nothing is computed twice: logits exist at the continuations'
places only, and what requests begin with in common (few-shot examples, a question before its choices) is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tools.errors import ModelError
from tools.models.forward import are_known, context_length, input_device, is_out_of_memory
from tools.models.layer_masks import NotExact
from tools.models.padded_rows import scores_by_rows
from tools.models.pair_encoding import encode_pairs
from tools.models.subject import ContinuationScore
from tools.models.targets import LOGITS_PER_PASS, Request, read_targets
from tools.models.token_tree import tree_of
from tools.models.tree_passes import TreePasses, check_exact
from tools.progress import Progress, Report, silent

COLUMNS_PER_PASS = {"cpu": 256, "mps": 1024, "cuda": 4096}
"""By device. More bring nothing on a CPU, where attention grows with their square and a pass cannot be stopped."""


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
            usable.append(Request(index, tuple(tokens[-(length + 1) : -1]), tuple(continuation)))

    def tick(done: int) -> None:
        done += len(requests) - len(usable)
        report(Progress("scoring continuations", done, len(requests), "continuations"))

    if usable:
        try:
            scores = _TreeScores(model, usable)
        except NotExact:
            yield from scores_by_rows(model, usable, tick)
        else:
            yield from scores.found(tick)
    tick(len(usable))


class _TreeScores:
    """The scores of requests, read from a tree of their tokens. Raises NotExact for a model that it does not suit."""

    def __init__(self, model: Any, requests: list[Request]) -> None:
        self._requests = requests
        check_exact(model, requests[0].inputs)
        tree, columns = tree_of([one.inputs for one in requests], [len(one.targets) for one in requests])
        self._passes = TreePasses(model, tree)
        lengths = [len(one.targets) for one in requests]
        # All reads of all requests, one after another, and in which order the passes come by them.
        self._bounds = np.concatenate([[0], np.cumsum(lengths)])
        self._owners = np.repeat(np.arange(len(requests)), lengths)
        self._targets = np.concatenate([np.asarray(one.targets) for one in requests])
        self._columns = np.concatenate(columns)
        self._order = np.argsort(self._columns, kind="stable")
        self._log_probs = np.full(len(self._targets), np.nan)
        self._greedy = np.zeros(len(self._targets), dtype=bool)
        self._size = COLUMNS_PER_PASS.get(input_device(model).type, COLUMNS_PER_PASS["cpu"])
        self._max_reads = max(1, LOGITS_PER_PASS // model.get_output_embeddings().weight.shape[0])

    def found(self, tick: Callable[[int], None]) -> Iterator[tuple[int, ContinuationScore]]:
        """Each score as soon as it is known; `tick` is called before every pass with the number that is done."""
        outstanding = np.diff(self._bounds)
        reads = self._columns[self._order]
        done = 0
        while self._passes.n_left:
            tick(done)
            start = self._passes.n_read
            stop, columns = self._next(reads)
            try:
                logits = self._passes.read(stop - start, columns)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if stop - start == 1:
                    raise ModelError(
                        f"Memory does not suffice for one prompt of {self._passes.depth + 1:,} tokens.",
                        "Use a smaller model, a smaller dtype or shorter prompts.",
                    ) from error
                self._size = (stop - start) // 2
                continue
            here = self._order[slice(*np.searchsorted(reads, (start, stop)))]
            slots = np.searchsorted(columns, self._columns[here])
            log_probs, greedy = read_targets(logits, slots.tolist(), self._targets[here].tolist())
            self._log_probs[here], self._greedy[here] = log_probs, greedy
            np.subtract.at(outstanding, self._owners[here], 1)
            touched = np.unique(self._owners[here])
            finished = touched[outstanding[touched] == 0].tolist()
            done += len(finished)
            yield from map(self._score, finished)

    def _next(self, reads: np.ndarray) -> tuple[int, np.ndarray]:
        """Where the next pass ends, within its size and the logits that it may hold, and the columns read in it."""
        start = self._passes.n_read
        stop = min(start + self._size, start + self._passes.n_left)
        columns = np.unique(reads[slice(*np.searchsorted(reads, (start, stop)))])
        if len(columns) > self._max_reads:
            stop = int(columns[self._max_reads])
            columns = columns[: self._max_reads]
        return stop, columns

    def _score(self, number: int) -> tuple[int, ContinuationScore]:
        request, part = self._requests[number], slice(*self._bounds[number : number + 2])
        greedy = bool(self._greedy[part].all())
        return request.index, ContinuationScore(
            request.targets, tuple(self._log_probs[part].tolist()), greedy
        )
