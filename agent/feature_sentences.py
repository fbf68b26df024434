"""Who writes the sentences that labels are tested on."""

from typing import TYPE_CHECKING

from tools.errors import ModelError
from tools.progress import Report

if TYPE_CHECKING:
    from prompts.writer import Writer


def available_writer(report: Report) -> "tuple[Writer | None, str]":
    """The isolated writer; where there is none, None (templates write then) and a sentence that says so."""
    from prompts.writer import embedded_writer

    try:
        return embedded_writer(report), ""
    except ModelError as error:
        return None, f"{error.message} Sentences are made by templates."
