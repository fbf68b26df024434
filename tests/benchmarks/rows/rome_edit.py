"""One ROME edit, its covariance cached: only the layers and tokens that the edit can change are run again."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Contest, Subjects

if TYPE_CHECKING:
    from tools.editing.edit import Edit, EditSettings
    from tools.editing.request import EditRequest

WORK = "one ROME edit, covariance cached"
AGAINST = "the same edit with full forward passes"
TARGET = 3.0


def contest(subjects: Subjects) -> Contest:
    """The Eiffel Tower in Berlin."""
    return contest_with(subjects, edit_settings())


def contest_with(subjects: Subjects, settings: "EditSettings") -> Contest:
    """The same with other settings."""
    from tests.tools.editing.full_passes import edit_by_full_passes
    from tools.editing.rome import compute_edit

    request = eiffel()
    compute_edit(subjects.model, request, settings)  # leaves the covariance behind
    return Contest(
        ours=lambda: compute_edit(subjects.model, request, settings),
        theirs=lambda: edit_by_full_passes(subjects.model, request, settings),
        difference=relative_difference,
        note="difference: of ΔW, relative to its length",
    )


def eiffel() -> "EditRequest":
    """The edit that is measured."""
    from tools.editing.request import EditRequest

    return EditRequest(
        subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
    )


def edit_settings() -> "EditSettings":
    """Computed on English that every Python brings along; a new folder for the covariance."""
    from pydoc_data.topics import topics

    from tools.editing.edit import EditSettings
    from tools.sae.sentences import sentences

    texts = sentences(topics.values())
    return EditSettings(
        texts=lambda: texts,
        corpus_id="pydoc topics",
        essence="{} is a",
        folder=Path(tempfile.mkdtemp(prefix="benchwright-bench-")),
    )


def relative_difference(ours: "Edit", theirs: "Edit") -> float:
    """Of the columns that the rank-one change puts into the weights."""
    return float((ours.left - theirs.left).norm() / theirs.left.norm())
