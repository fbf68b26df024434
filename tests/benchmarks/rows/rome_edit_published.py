"""The same edit as `rome_edit` with its value sought as published: over all 20 prefixes, not over two of them."""

from tests.benchmarks.measure import Contest, Subjects
from tests.benchmarks.rows.rome_edit import contest_with, edit_settings

WORK = "the same, its value over all 20 prefixes"
AGAINST = "the same edit with full forward passes"
TARGET = 3.0


def contest(subjects: Subjects) -> Contest:
    """The Eiffel Tower in Berlin."""
    return contest_with(subjects, edit_settings().model_copy(update={"n_value_contexts": 20}))
