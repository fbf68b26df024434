"""Edits as small safetensors files: the two factors, and in the metadata what they are an edit of."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, JsonValue, ValidationError

from tools.editing.edit import Edit, EditError
from tools.editing.request import EditRequest
from tools.results import Result

if TYPE_CHECKING:
    import torch

FORMAT = "benchwright-edit-1"
MOST_BYTES = 64 * 2**20
"""A file larger than this is no edit of a few facts."""
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Metadata(Result):
    """What a file says of its edit."""

    requests: tuple[EditRequest, ...] = Field(min_length=1)
    layer: int = Field(ge=0)
    module: str = Field(min_length=1, max_length=400)
    base_hash: Hash
    edited_hash: Hash | None
    norm_ratio: float = Field(ge=0, allow_inf_nan=False)
    details: dict[str, JsonValue]


def save_edit(edit: Edit, path: Path) -> Path:
    """Write an edit to `path`, whole or not at all. Raises EditError where it cannot be written."""
    from safetensors.torch import save

    metadata = _Metadata(
        requests=edit.requests,
        layer=edit.layer,
        module=edit.module,
        base_hash=edit.base_hash,
        edited_hash=edit.edited_hash,
        norm_ratio=edit.norm_ratio,
        details=edit.details,
    )
    tensors = {"left": edit.left.contiguous(), "right": edit.right.contiguous()}
    data = save(tensors, {"format": FORMAT, "edit": metadata.model_dump_json()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as partial:
            partial.write(data)
        Path(partial.name).replace(path)
    except OSError as error:
        raise EditError(
            f"The edit cannot be written to {path} ({error.strerror or error}).", "Name another file."
        ) from error
    return path


def load_edit(path: Path) -> Edit:
    """Read an edit. Raises EditError for a file that is missing, damaged, or no edit; applies it to nothing."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > MOST_BYTES:
            raise EditError(f"{path} is too large for an edit.", "Name a file that was exported as an edit.")
        with safe_open(path, framework="pt") as opened:
            metadata = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        if metadata.get("format") != FORMAT:
            raise ValueError("it does not say that it is one")
        read = _Metadata.model_validate(json.loads(metadata["edit"]))
        left, right = _factors(tensors)
    except OSError as error:
        raise EditError(f"{path} cannot be read ({error.strerror or error}).", "Check the path.") from error
    except (SafetensorError, KeyError, ValueError) as error:
        reason = _first_line(error)
        raise EditError(
            f"{path} is no edit file ({reason}).", "Name a file that was exported as an edit."
        ) from error
    return Edit(left=left, right=right, **_fields(read))


def _factors(tensors: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    import torch

    if set(tensors) != {"left", "right"}:
        raise ValueError("it does not hold the two factors of an edit")
    left, right = tensors["left"], tensors["right"]
    if left.dtype != torch.float32 or right.dtype != torch.float32 or left.ndim != 2 or right.ndim != 2:
        raise ValueError("its factors are no float32 matrices")
    if left.shape[1] != right.shape[0] or not left.numel() or not right.numel():
        raise ValueError("its factors do not fit together")
    if not (torch.isfinite(left).all() and torch.isfinite(right).all()):
        raise ValueError("its factors are not finite")
    return left, right


def _fields(read: _Metadata) -> dict[str, Any]:
    return {name: getattr(read, name) for name in _Metadata.model_fields}


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200]
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
