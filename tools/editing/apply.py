"""Puts edits on a model and takes them off again: from a snapshot, whatever happens, and proven by hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tools.editing.edit import Edit, EditError
from tools.editing.place import Place, place_of

if TYPE_CHECKING:
    import torch
    from torch import nn

    from tools.models.language_model import LanguageModel


@dataclass(frozen=True)
class Snapshot:
    """A parameter as it was, with the hash of its bits."""

    parameter: nn.Parameter = field(repr=False)
    values: torch.Tensor = field(repr=False)
    hash: str

    def restore(self) -> None:
        """Write the values back. Raises EditError where the bits are not what they were."""
        interrupted = False
        while True:  # a second Ctrl-C must not leave half of it
            try:
                _write(self.parameter, self.values)
                break
            except KeyboardInterrupt:
                interrupted = True
        if hash_tensor(self.parameter) != self.hash:
            raise EditError("The weights could not be restored to what they were.", "Load the model again.")
        if interrupted:
            raise KeyboardInterrupt


@dataclass(eq=False)
class Committed:
    """An edit that is on a model until it is undone."""

    model: LanguageModel = field(repr=False)
    edit: Edit
    """With its `edited_hash`."""
    snapshot: Snapshot = field(repr=False)
    """What was there before."""

    def undo(self) -> None:
        """Take the edit off. Raises EditError where it is not the latest on its model, or no longer on it."""
        live = _live.get(self.model, [])
        if self not in live:
            raise EditError("This edit is not on the model, so there is nothing to roll back.")
        if live[-1] is not self:
            raise EditError(
                "Other edits were made on top of this one.", "Roll back the latest first, or all of them."
            )
        try:
            self.snapshot.restore()
        finally:
            live.pop()


_live: WeakKeyDictionary[LanguageModel, list[Committed]] = WeakKeyDictionary()


def committed(model: LanguageModel) -> tuple[Committed, ...]:
    """The edits that are on a model, the earliest first."""
    return tuple(_live.get(model, ()))


def commit(model: LanguageModel, edit: Edit) -> Committed:
    """Put an edit on the model to stay. Raises EditError where it is of another base; then nothing has changed."""
    _check_base(model, edit)
    place = place_of(model, edit.module)
    snapshot = take_snapshot(place.weight)
    live = _live.setdefault(model, [])
    on_it = list(live)
    try:
        _write(place.weight, _edited(place, edit))
        made = Committed(model, replace(edit, edited_hash=model.weights_hash), snapshot)
        live.append(made)
    except BaseException:
        live[:] = on_it
        snapshot.restore()
        raise
    return made


@contextmanager
def applied(model: LanguageModel, *edits: Edit) -> Iterator[None]:
    """Inside, the model has these edits, one after another; afterwards its weights are what they were, bit for bit.

    Each edit applies to the weights as they were at the beginning or as the edits before it left them. Raises
    EditError for an edit of another base, and where the weights cannot be proven to be restored.
    """
    modules = set()
    # A stack, because every snapshot is written back, whatever the writing of another one raises.
    with ExitStack() as restoring:
        beginning = model.weights_hash if edits else ""
        for edit in edits:
            if edit.base_hash != beginning:
                _check_base(model, edit)
            place = place_of(model, edit.module)
            if edit.module not in modules:
                restoring.callback(take_snapshot(place.weight).restore)
                modules.add(edit.module)
            _write(place.weight, _edited(place, edit))
        yield


@contextmanager
def before_edit(model: LanguageModel, edit: Edit) -> Iterator[None]:
    """Inside, the model is as it was before `edit`, which may be committed or not; afterwards as it is now.

    Edits that were committed after it are off as well. Raises EditError where the edit is of another base.
    """
    live = committed(model)
    made = [index for index, one in enumerate(live) if _is_same(one.edit, edit)]
    if not made:
        _check_base(model, edit)
        yield
        return
    later = live[made[0] :]
    with ExitStack() as restoring:
        for parameter in {id(one.snapshot.parameter): one.snapshot.parameter for one in later}.values():
            restoring.callback(take_snapshot(parameter).restore)
        for one in reversed(later):
            one.snapshot.restore()
        yield


@contextmanager
def after_edit(model: LanguageModel, edit: Edit) -> Iterator[None]:
    """Inside, the model has `edit`, which may be committed already; afterwards the model is as it is now."""
    if any(_is_same(one.edit, edit) for one in committed(model)):
        yield
        return
    with applied(model, edit):
        yield


def take_snapshot(parameter: nn.Parameter) -> Snapshot:
    """A copy of a parameter from which it can be restored."""
    values = parameter.detach().clone()
    return Snapshot(parameter, values, hash_tensor(values))


def hash_tensor(tensor: torch.Tensor) -> str:
    """SHA-256 of a tensor's bytes."""
    import torch

    # As bytes: NumPy has no bfloat16.
    return sha256(tensor.detach().contiguous().cpu().view(-1).view(torch.uint8).numpy().data).hexdigest()


def _write(parameter: nn.Parameter, values: torch.Tensor) -> None:
    """In place, so that everything that holds the parameter sees it, and torch counts a new version."""
    import torch

    with torch.no_grad():
        parameter.copy_(values)


def _edited(place: Place, edit: Edit) -> torch.Tensor:
    matrix = place.matrix()
    if edit.left.shape[0] != matrix.shape[0] or edit.right.shape[1] != matrix.shape[1]:
        raise EditError(
            f"The edit is for a {edit.left.shape[0]} x {edit.right.shape[1]} matrix, and {place.name} is "
            f"{matrix.shape[0]} x {matrix.shape[1]}.",
            "Load the model that the edit was made on.",
        )
    return place.stored(matrix + (edit.left @ edit.right).to(matrix))


def _check_base(model: LanguageModel, edit: Edit) -> None:
    if edit.base_hash != model.weights_hash:
        raise EditError(
            f"The edit was made on other weights ({edit.base_hash[:12]}) than {model.name} has now "
            f"({model.weights_hash[:12]}).",
            "Load the model that it was made on, or roll back the edits that are on it.",
        )


def _is_same(one: Edit, other: Edit) -> bool:
    import torch

    return (
        one.base_hash == other.base_hash
        and one.module == other.module
        and torch.equal(one.left, other.left)
        and torch.equal(one.right, other.right)
    )
