"""What the endpoint's model does besides planning: author of prompts, writer of sentences, judge of paragraphs."""

import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue, ValidationError

from agent.endpoint import Endpoint, EndpointError
from prompts.instructions import filled, version
from prompts.writer import Wish
from prompts.written_json import first_json, items_in
from tools.editing.judging import Paragraph, Verdict
from tools.editing.request import EditRequest
from tools.progress import Progress, Report, silent

MOST_SENTENCES = 12
"""Wishes that one answer can hold well."""
LONGEST_PARAGRAPH = 4_000
INVENTIVE = 0.8
"""Temperature of writing; everything else is asked for at 0."""


class EndpointAuthor:
    """Answers one prompt at a time: topic suites (`prompts.llm_suite`) and edit probes (`prompts.probes.llm`)."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name at the endpoint."""
        return self._endpoint.name

    def answer(self, prompt: str, *, seed: int, schema: Mapping[str, JsonValue] | None = None) -> str:
        """Its answer, raw. Raises EndpointError."""
        messages = [{"role": "user", "content": prompt}]
        return self._endpoint.ask(
            messages, schema=schema, max_tokens=4_000, temperature=INVENTIVE, seed=seed
        ).text


class EndpointWriter:
    """Writes sentences to order (`prompts.writer.Writer`)."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name with the version of its instructions."""
        return f"{self._endpoint.name}, {version('contrast_sentences')}"

    def write(self, wishes: Sequence[Wish], *, seed: int, report: Report = silent) -> list[str]:
        """A sentence for each wish, in their order; an empty one where the model gave none. Raises EndpointError."""
        answers: list[str] = []
        for start in range(0, len(wishes), MOST_SENTENCES):
            report(Progress("writing sentences", start, len(wishes), "sentences"))
            answers += self._some(wishes[start : start + MOST_SENTENCES], seed + start)
        return answers

    def _some(self, wishes: Sequence[Wish], seed: int) -> list[str]:
        listed = "\n".join(
            f"{number}. "
            + (
                f"a sentence with the word {json.dumps(wish.subject)}"
                if wish.uses_it
                else f"a sentence about {json.dumps(wish.subject)}"
            )
            for number, wish in enumerate(wishes, start=1)
        )
        prompt = filled("contrast_sentences", wishes=listed)
        reply = self._endpoint.ask(
            [{"role": "user", "content": prompt}], temperature=INVENTIVE, seed=seed, max_tokens=2_000
        )
        sentences = [""] * len(wishes)
        for item in items_in(reply.text, "sentences"):
            number = item.get("number") if isinstance(item, dict) else None
            if isinstance(number, int) and 1 <= number <= len(wishes):
                sentences[number - 1] = str(item.get("sentence") or "")
        return sentences


class EndpointJudge:
    """Judges paragraphs (`tools.editing.judging.Judge`)."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name at the endpoint."""
        return self._endpoint.name

    @property
    def version(self) -> str:
        """That of its instructions."""
        return version("judge_paragraph")

    def judge(self, request: EditRequest, paragraph: Paragraph) -> Verdict:
        """Its verdict at temperature 0. Raises EndpointError where it cannot be reached or gives none."""
        material = {
            "changed_fact": request.statement,
            "said_before": request.true_target,
            "paragraph": paragraph.text[:LONGEST_PARAGRAPH],
        }
        prompt = filled("judge_paragraph", material=json.dumps(material, ensure_ascii=True))
        reply = self._endpoint.ask([{"role": "user", "content": prompt}], max_tokens=400)
        found = first_json(reply.text)
        axes = ("factual_consistency", "fluency", "absence_of_contradiction")
        try:
            if isinstance(found, dict) and set(axes) <= found.keys():
                return Verdict(
                    **{axis: found[axis] for axis in axes}, note=str(found.get("note") or "")[:300]
                )
        except ValidationError:
            pass  # told below, like an answer without JSON
        raise EndpointError(f"The LLM {self.name} gave no verdict that can be read.", "Try again.")
