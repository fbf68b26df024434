"""Text written by a remote model: chat completions where a chat is wanted and there are any, else completions."""

from collections.abc import Iterator, Sequence
from typing import Any

from tools.models.remote.answers import Choice, Completion
from tools.models.remote.refusals import Refusal
from tools.models.remote.server import Server
from tools.models.subject import Generation
from tools.progress import Report

MOST_STOPS = 4
"""Stop strings that servers take; the text is cut at the others when it is here."""


def generate_remotely(
    server: Server,
    model: str,
    prompts: Sequence[str],
    *,
    max_new_tokens: int,
    stop: Sequence[str],
    temperature: float,
    seed: int,
    chat: bool,
    report: Report,
) -> Iterator[tuple[int, Generation]]:
    """Continue each prompt; (index, generation) as they come. Raises ModelError."""
    path = "/chat/completions" if chat else "/completions"
    settings: dict[str, Any] = {
        "model": model,
        "max_tokens": max_new_tokens,
        "temperature": temperature,
        **({"stop": list(stop[:MOST_STOPS])} if stop else {}),
    }

    def body(number: int, prompt: str) -> dict[str, Any]:
        asked = {"messages": [{"role": "user", "content": prompt}]} if chat else {"prompt": prompt}
        # Equal prompts are to have different samples.
        return settings | asked | ({"seed": seed + number} if temperature else {})

    bodies = [body(number, prompt) for number, prompt in enumerate(prompts)]
    for index, answer in server.post_each(path, bodies, Completion, report, "generating"):
        yield index, _generation(answer, stop)


def _generation(answer: Completion | Refusal, stop: Sequence[str]) -> Generation:
    if isinstance(answer, Refusal):
        return Generation("", 0, f"error: the server refused the request: {answer.reason}")
    choice = answer.choices[0]
    text = choice.written
    end = min((place for string in stop if (place := text.find(string)) >= 0), default=None)
    n_tokens = answer.usage.completion_tokens if answer.usage else None
    # Without the server's count the text's words stand for its tokens.
    return Generation(
        text[:end], len(text.split()) if n_tokens is None else n_tokens, _stopped_by(choice, end)
    )


def _stopped_by(choice: Choice, cut_at: int | None) -> str:
    if cut_at is not None or isinstance(choice.stop_reason, str):
        return "stop"
    return "length" if choice.finish_reason == "length" else "eos"
