"""Files of tensors that are whole or absent, whatever kills the process that writes them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import ModelError

if TYPE_CHECKING:
    import torch


def is_whole(file: Path) -> bool:
    """Whether the file is there and can be read to its end."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            return bool(opened.keys())
    except (OSError, SafetensorError):
        return False


def write_whole(file: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Write a file that, whatever kills the process, is whole or absent. Raises ModelError where it cannot be."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.partial-", dir=file.parent)
        partial = Path(name)
        try:
            save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, partial)
            os.fsync(descriptor)
            partial.replace(file)
        finally:
            os.close(descriptor)
            partial.unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{file.parent} cannot be written ({error}).", "Free some space; what was done so far is kept."
        ) from error
