"""Computes edits: key, value, covariance, closed form. No weight is changed here.

Rank-One Model Editing (Meng et al. 2022, "Locating and Editing Factual Associations in GPT"), with one key in every
place of the formula (Gupta et al. 2024, "Rebuilding ROME: Resolving Model Collapse during Sequential Model Editing").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tools.editing.contexts import check_request, choose_prefixes, prompt_row, target_rows
from tools.editing.covariance import Covariance, covariance
from tools.editing.edit import Edit, EditError, EditSettings
from tools.editing.key import mean_key, subject_keys
from tools.editing.layer_choice import choose_layer
from tools.editing.place import Place, find_place
from tools.editing.request import EditRequest
from tools.editing.suffix import SuffixPasses
from tools.editing.update import Solve, check_update, closed_form, key_gains, rounding_error
from tools.editing.value import Value, optimise_value
from tools.progress import Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class Association:
    """A key and what the module should write for it."""

    key: torch.Tensor
    """k*, float32 [d_in]."""
    bare_key: torch.Tensor
    """The key in the prompt without anything before it, float32 [d_in]."""
    value: Value


def compute_edit(
    model: LanguageModel, request: EditRequest, settings: EditSettings, *, report: Report = silent
) -> Edit:
    """The edit of one fact, rank 1.

    Raises EditError for an empty subject or target, a target that the model says already, weights that cannot be
    edited; ModelError for an unknown architecture.
    """
    check_request(request)
    if says_already(model, request):
        raise EditError(
            f"{model.name} already says {request.target!r} after {request.text!r}; nothing was edited.",
            "Name another target.",
        )
    return compute_batch_edit(model, [request], settings, report=report)


def compute_batch_edit(
    model: LanguageModel, requests: Sequence[EditRequest], settings: EditSettings, *, report: Report = silent
) -> Edit:
    """One edit for several facts, of one layer, solved at once; its rank is their number.

    Facts that the model says already are edited like others. Raises EditError as `compute_edit`, and for two
    requests of the same subject.
    """
    if not requests:
        raise ValueError("there is nothing to edit")
    for request in requests:
        check_request(request)
    layer = settings.layer
    if layer is None:
        at_layer = partial(_at_layer, model, requests[0], settings, report)
        layer = choose_layer(model, requests[0], settings, at_layer, report)
    place = find_place(model, layer)
    measured = covariance(
        model, layer, settings.texts, corpus_id=settings.corpus_id, folder=settings.folder, report=report
    )
    solve = measured.solver(settings.regularisation)
    prefixes = choose_prefixes(settings)
    found = [
        find_association(model, place, request, prefixes, solve, settings, report) for request in requests
    ]
    return assemble(model, place, tuple(requests), found, solve, settings, measured)


def _at_layer(
    model: LanguageModel, request: EditRequest, settings: EditSettings, report: Report, layer: int
) -> Edit:
    return compute_batch_edit(model, [request], settings.model_copy(update={"layer": layer}), report=report)


def says_already(model: LanguageModel, request: EditRequest) -> bool:
    """Whether the target is what the model writes after the prompt, token by token."""
    ((_, score),) = model.log_probs([(request.text.rstrip(), f" {request.target.strip()}")])
    return score.is_greedy


def find_association(
    model: LanguageModel,
    place: Place,
    request: EditRequest,
    prefixes: Sequence[str],
    solve: Solve,
    settings: EditSettings,
    report: Report,
) -> Association:
    """k* and the change of the value for one request; solve: X -> C⁻¹X."""
    rows = target_rows(model, request, prefixes)
    essence = prompt_row(model, "", settings.essence, request.subject)
    keys = subject_keys(model, place, [*rows, essence])
    key = mean_key(keys[:-1])
    read = [*range(min(settings.n_value_contexts + 1, len(rows))), len(rows)]
    passes = SuffixPasses(model.model, place, [(*rows, essence)[index] for index in read])
    value = optimise_value(passes, key_gains(key, keys[read], solve), _output(place, key), settings, report)
    return Association(key, keys[0], value)


def assemble(
    model: LanguageModel,
    place: Place,
    requests: tuple[EditRequest, ...],
    found: Sequence[Association],
    solve: Solve,
    settings: EditSettings,
    measured: Covariance,
) -> Edit:
    """The edit that maps every key to its value, with its post-conditions proven."""
    import torch

    keys = torch.stack([one.key for one in found])
    residuals = torch.stack([one.value.change for one in found])
    left, right = closed_form(keys, residuals, solve)
    matrix = place.matrix().float().cpu()
    error = check_update(matrix, left, right, keys, residuals)
    stored = place.stored(matrix + left @ right)
    rounding = rounding_error(place.oriented(stored), matrix, keys, residuals)
    details: dict[str, Any] = {
        "post_condition_error": error,
        "rounding_error": rounding,
        "bare_gain": [float(right[number] @ one.bare_key.cpu()) for number, one in enumerate(found)],
        "value_ratio": [float(one.value.change.norm() / _output(place, one.key).norm()) for one in found],
        "target_probability": [one.value.target_probability for one in found],
        "steps": [len(one.value.losses) - 1 for one in found],
        "losses": [list(one.value.losses) for one in found],
        "covariance": measured.id,
        "covariance_tokens": measured.n_tokens,
        "forward_dtype": str(place.weight.dtype).removeprefix("torch."),
        "settings": settings.model_dump(mode="json", exclude={"contexts"}),
    }
    return Edit(
        requests,
        place.layer,
        place.name,
        left,
        right,
        model.weights_hash,
        None,
        float((left @ right).norm() / matrix.norm()),
        details,
    )


def _output(place: Place, key: torch.Tensor) -> torch.Tensor:
    """What the module writes for a key, float32 [d_out]."""
    output = key @ place.matrix().float().T
    bias = dict(place.module.named_parameters()).get("bias")
    return output if bias is None else output + bias.detach().float()
