"""Who writes the sentences that labels are tested on."""

from typing import TYPE_CHECKING

from agent.endpoint import Endpoint
from tools.errors import ModelError
from tools.progress import Report

if TYPE_CHECKING:
    from prompts.writer import Writer


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
