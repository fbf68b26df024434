"""Log-probabilities of continuations from a server that gives those of a prompt: `echo` with `logprobs`.

Prompt and continuation are sent as one text, which the server encodes; the prompt alone, once, says how many of its
tokens are the prompt's. That is how `tools.models.log_probs` (and lm-eval's HFLM) splits them, so that numbers agree
with those of the same weights loaded here. The server writes one token more, which is not read.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tools.models.remote.answers import Completion
from tools.models.remote.refusals import Refusal
from tools.models.remote.server import Server
from tools.models.subject import ContinuationScore
from tools.progress import Report

NEVER = -9999.0
"""What vLLM writes for minus infinity, which JSON does not know."""
NO_LOG_PROBS = "the server gives no log-probabilities of a prompt"


def score_remotely(
    server: Server, model: str, requests: Sequence[tuple[str, str]], report: Report
) -> Iterator[tuple[int, ContinuationScore]]:
    """Score (prompt, continuation) pairs; what the server cannot score is NaN with the reason. Raises ModelError."""
    pairs = [_without_spaces_at_end(prompt, continuation) for prompt, continuation in requests]
    owners: dict[str, list[int]] = defaultdict(list)
    """Of each text the requests that need it: choices share their prompt, so it is sent once."""
    for index, (prompt, continuation) in enumerate(pairs):
        if not prompt:
            yield index, _unscored("the prompt is empty, and a remote model's first token has no probability")
            continue
        owners[prompt].append(index)
        owners[prompt + continuation].append(index)

    answers: dict[str, Completion | Refusal] = {}
    waiting = {index for indices in owners.values() for index in indices}
    texts = list(owners)
    bodies = [_body(model, text) for text in texts]
    for number, answer in server.post_each(
        "/completions", bodies, Completion, report, "scoring continuations"
    ):
        answers[texts[number]] = answer
        for index in owners[texts[number]]:
            prompt, continuation = pairs[index]
            if index in waiting and prompt in answers and prompt + continuation in answers:
                waiting.remove(index)
                yield index, _score(answers[prompt], answers[prompt + continuation])


def _body(model: str, text: str) -> dict[str, Any]:
    # Old servers write at least one token.
    return {"model": model, "prompt": text, "max_tokens": 1, "temperature": 0, "echo": True, "logprobs": 1}


def _without_spaces_at_end(prompt: str, continuation: str) -> tuple[str, str]:
    """The pair with the prompt's last spaces moved to the continuation, where tokenizers want them."""
    bare = prompt.rstrip()
    return bare, prompt[len(bare) :] + continuation


def gives_log_probs(server: Server, model: str) -> bool:
    """Whether the server gives the log-probabilities of a prompt. Raises ModelError."""
    answer = server.post("/completions", _body(model, "The sky is blue"), Completion)
    return not isinstance(answer, Refusal) and isinstance(_tokens_of(answer), list)


def _score(prompt: Completion | Refusal, whole: Completion | Refusal) -> ContinuationScore:
    if isinstance(prompt, Refusal) or isinstance(whole, Refusal):
        refusal = whole if isinstance(whole, Refusal) else prompt
        assert isinstance(refusal, Refusal)
        return _unscored(f"the server refused the request: {refusal.reason}")
    before, tokens = _tokens_of(prompt), _tokens_of(whole)
    if isinstance(before, str) or isinstance(tokens, str):
        return _unscored(before if isinstance(before, str) else str(tokens))
    wanted = tokens[len(before) :]
    if not wanted:
        return _unscored("the server makes no token of the continuation")
    log_probs = tuple(-math.inf if log_prob <= NEVER else log_prob for log_prob, _ in wanted)
    return ContinuationScore((), log_probs, all(log_prob >= best for log_prob, best in wanted))


def _tokens_of(answer: Completion) -> list[tuple[float, float]] | str:
    """Of each token of the prompt its log-probability and the best one at its place; or why there are none.

    The first token has NaN.
    """
    found, usage = answer.choices[0].logprobs, answer.usage
    if found is None or usage is None:
        return NO_LOG_PROBS
    n = usage.prompt_tokens
    best = found.top_logprobs or []
    if not (0 < n <= len(found.tokens) == len(found.token_logprobs) == len(best)):
        return "the server's log-probabilities do not belong to the tokens of the prompt"
    tokens = []
    for place in range(n):
        log_prob, top = found.token_logprobs[place], best[place]
        if place and (log_prob is None or not top):
            return "the server leaves out the log-probability of a token"
        tokens.append(
            (math.nan if log_prob is None else log_prob, max((top or {}).values(), default=math.nan))
        )
    return tokens


def _unscored(reason: str) -> ContinuationScore:
    return ContinuationScore((), (math.nan,), False, reason)
