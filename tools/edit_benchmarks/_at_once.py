"""Edits that were made one after another, as one batch on the base weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.editing.contexts import choose_prefixes, target_rows
from tools.editing.covariance import covariance
from tools.editing.edit import Edit, EditSettings
from tools.editing.key import mean_key, subject_keys
from tools.editing.place import place_of
from tools.editing.update import closed_form
from tools.progress import Report

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel


def at_once(model: LanguageModel, edits: Sequence[Edit], settings: EditSettings, *, report: Report) -> Edit:
    """One edit of the model, which is the first one's base, that gives each key the value that its edit gave it.

    The values cost most of an edit's time and are known; keys do not depend on what is written in their own layer.
    So only the closed form is solved anew, for all keys together. Raises EditError where two keys are as good as one.
    """
    import torch

    place = place_of(model, edits[0].module)
    prefixes = choose_prefixes(settings)
    requests = tuple(edit.request for edit in edits)
    keys = torch.stack(
        [
            mean_key(subject_keys(model, place, target_rows(model, request, prefixes))).cpu()
            for request in requests
        ]
    )
    # What the module wrote for a key at once after its edit, less what it writes on the base: the sum over the edits
    # up to then.
    residuals = torch.stack(
        [
            torch.stack([edit.left @ (edit.right @ key) for edit in edits[: place_in_line + 1]]).sum(dim=0)
            for place_in_line, key in enumerate(keys)
        ]
    )
    measured = covariance(
        model,
        place.layer,
        settings.texts,
        corpus_id=settings.corpus_id,
        folder=settings.folder,
        report=report,
    )
    left, right = closed_form(keys, residuals, measured.solver(settings.regularisation))
    ratio = float((left @ right).norm() / place.matrix().norm())
    return Edit(requests, place.layer, place.name, left, right, model.weights_hash, None, ratio)
