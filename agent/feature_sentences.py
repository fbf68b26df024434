"""Who writes the sentences that labels are tested on, and who goes on where an endpoint stops answering."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from agent.endpoint import Endpoint
from agent.endpoint_errors import EndpointError
from agent.events import Said
from prompts.contrast import ContrastSentences, write_contrast
from tools.errors import ModelError
from tools.progress import Report

if TYPE_CHECKING:
    from prompts.writer import Writer


class SentenceSource:
    """Writes contrast sentences with the LLM where one is configured, else with the isolated writer, else templates.

    A set of sentences has one writer: where the LLM stops answering, the set that it was at is written anew by the
    next one, and the LLM is not asked again.
    """

    def __init__(self, llm: Endpoint | None, report: Report) -> None:
        self._report = report
        self._writer, note = available_writer(llm, report)
        self._notes = [note] if note else []

    def notes(self) -> Iterator[Said]:
        """What the user has not been told yet about who writes."""
        while self._notes:
            yield Said(self._notes.pop(0))

    def write(
        self, label: str, *, seed: int, avoid: Collection[str] = (), examples: Sequence[str] = ()
    ) -> ContrastSentences:
        """Both sets for one label. Raises SuiteError where they cannot be written for it."""
        try:
            return self._written(label, seed, avoid, examples)
        except EndpointError as error:
            self._writer, note = available_writer(None, self._report)
            by = self._writer.name if self._writer is not None else "templates"
            told = f"The sentences are written by {by}, because the LLM stopped answering: {error.message}"
            self._notes += [told, note] if note else [told]
            found = self._written(label, seed, avoid, examples)
            return found.model_copy(update={"notes": (*found.notes, told)})

    def _written(
        self, label: str, seed: int, avoid: Collection[str], examples: Sequence[str]
    ) -> ContrastSentences:
        return write_contrast(
            label, writer=self._writer, seed=seed, avoid=avoid, examples=examples, report=self._report
        )


def available_writer(llm: Endpoint | None, report: Report) -> "tuple[Writer | None, str]":
    """The LLM where one is configured, else the isolated writer.

    Where there is neither, None (templates write then) and a sentence that says so.
    """
    if llm is not None:
        from agent.llm_roles import EndpointWriter

        return EndpointWriter(llm), ""
    from prompts.writer import embedded_writer

    try:
        return embedded_writer(report), ""
    except ModelError as error:
        return None, f"{error.message} Sentences are made by templates."
