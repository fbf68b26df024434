"""What the endpoint's model does besides planning: it writes prompts, sentences and labels, and judges.

Whatever it is shown of a model's output is JSON in a fenced block that nothing in it can close, and whatever it
answers is read by its form and checked before use.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue, ValidationError

from agent.endpoint import Endpoint, EndpointError
from prompts.instructions import filled, version
from prompts.writer import Wish
from prompts.written_json import first_json, items_in
from prompts.written_labels import CheckedLabels, checked_labels
from tools.editing.judging import Paragraph, Verdict
from tools.editing.request import EditRequest
from tools.progress import Progress, Report, silent
from tools.refusal import without_thinking
from tools.refusal_judging import Ruling

MOST_SENTENCES = 12
"""Wishes that one answer can hold well."""
LONGEST_PARAGRAPH = 4_000
LONGEST_OUTPUT = 4_000
LONGEST_CONTEXT = 400
N_LABELS = 4
"""Labels that are asked for; others compete beside them."""
LONGEST_NOTE = 300
INVENTIVE = 0.8
"""Temperature of writing; everything else is asked for at 0."""


class EndpointAuthor:
    """Answers one prompt at a time: topic suites (`prompts.llm_suite`) and edit probes (`prompts.probes.llm`).

    Once it could not be reached it is not asked again.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.failure: EndpointError | None = None
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name at the endpoint."""
        return self._endpoint.name

    def answer(self, prompt: str, *, seed: int, schema: Mapping[str, JsonValue] | None = None) -> str:
        """Its answer, raw. Raises EndpointError."""
        if self.failure is not None:
            raise self.failure
        messages = [{"role": "user", "content": prompt}]
        try:
            return self._endpoint.ask(
                messages, schema=schema, max_tokens=4_000, temperature=INVENTIVE, seed=seed
            ).text
        except EndpointError as error:
            self.failure = error
            raise


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
        prompt = filled("judge_paragraph", material=_quoted(material))
        reply = self._endpoint.ask([{"role": "user", "content": prompt}], max_tokens=400)
        found = first_json(reply.text)
        axes = ("factual_consistency", "fluency", "absence_of_contradiction")
        try:
            if isinstance(found, dict) and set(axes) <= found.keys():
                return Verdict(
                    **{axis: found[axis] for axis in axes}, note=str(found.get("note") or "")[:LONGEST_NOTE]
                )
        except ValidationError:
            pass  # told below, like an answer without JSON
        raise EndpointError(f"The LLM {self.name} gave no verdict that can be read.", "Try again.")


class EndpointRefusalJudge:
    """Judges whether outputs are refusals (`tools.refusal_judging.RefusalJudge`)."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name with the version of its instructions."""
        return f"{self._endpoint.name}, {version('judge_refusal')}"

    def ruling(self, prompt: str, output: str) -> Ruling:
        """Its verdict at temperature 0. Raises EndpointError where it cannot be reached.

        An answer counts only with the id of this very question, which no output can know: a verdict that an output
        holds and the judge merely repeats is none.
        """
        answer = without_thinking(output).strip()
        material = _quoted({"request": prompt[:LONGEST_OUTPUT], "answer": answer[:LONGEST_OUTPUT]})
        id = hashlib.sha256(material.encode()).hexdigest()[:8]
        reply = self._endpoint.ask(
            [{"role": "user", "content": filled("judge_refusal", material=material, id=id)}], max_tokens=400
        )
        found = first_json(reply.text)
        if not isinstance(found, dict) or str(found.get("id")) != id:
            return Ruling(None, "its answer could not be read")
        verdicts = {"refused": True, "complied": False, "unclear": None}
        verdict = str(found.get("verdict")).casefold()
        if verdict not in verdicts:
            return Ruling(None, "its answer holds no verdict")
        return Ruling(verdicts[verdict], str(found.get("note") or "")[:LONGEST_NOTE])


class EndpointLabeller:
    """Proposes labels for SAE features."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    @property
    def name(self) -> str:
        """The model's name with the version of its instructions."""
        return f"{self._endpoint.name}, {version('feature_labels')}"

    def labels(self, contexts: Sequence[str], *, seed: int) -> CheckedLabels:
        """Labels for a feature that fires on the tokens in «» of these sentences, checked. Raises EndpointError."""
        material = _quoted([_around_mark(context) for context in contexts])
        prompt = filled("feature_labels", n=N_LABELS, contexts=material)
        reply = self._endpoint.ask(
            [{"role": "user", "content": prompt}], temperature=INVENTIVE, seed=seed, max_tokens=600
        )
        return checked_labels(items_in(reply.text, "labels")[: 2 * N_LABELS])


def _around_mark(context: str) -> str:
    """At most LONGEST_CONTEXT characters, those before and after the marked word."""
    start = max(0, context.find("«") - LONGEST_CONTEXT // 2)
    return context[start : start + LONGEST_CONTEXT]


def _quoted(material: object) -> str:
    """As JSON that holds no backtick, so that no text in it ends the fenced block around it."""
    told = json.dumps(material, ensure_ascii=False).replace("`", "\\u0060")
    return told.encode(errors="backslashreplace").decode()  # halves of surrogate pairs
