"""Checks a model's folder before and after loading: nothing missing, pickled, cut off or made up."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.errors import ModelError

PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt")
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "spiece.model",
    "tekken.json",
)
BUFFERS_OF_OLD = (
    "rotary_emb.inv_freq",
    "attn.bias",
    "attn.masked_bias",
    "attention.bias",
    "attention.masked_bias",
)
"""Constants that older versions of transformers saved along with the weights."""


def check_files(folder: Path, tokenizer_folder: Path | None = None) -> None:
    """Raise ModelError for a folder without config, tokenizer or safetensors weights, or with a damaged file.

    The tokenizer may lie in a folder of its own.
    """
    _read_json(folder / "config.json", "has no config.json, so its architecture is unknown")
    check_weights(folder)
    if not has_tokenizer(tokenizer_folder or folder):
        raise ModelError(
            f"{folder} has no tokenizer.", f"Add the tokenizer's files to it, such as {TOKENIZER_FILES[0]}."
        )


def has_tokenizer(folder: Path) -> bool:
    """Whether a tokenizer's files lie in the folder."""
    return any((folder / name).exists() for name in TOKENIZER_FILES)


def check_weights(folder: Path, files: Sequence[Path] = ()) -> None:
    """Raise ModelError where a folder's safetensors (or the files named) are missing, cut off or damaged."""
    from safetensors import SafetensorError, safe_open

    weights = list(files) or sorted(folder.glob("*.safetensors"))
    index = folder / "model.safetensors.index.json"
    if index.exists() and not files:
        listed = _read_json(index, "has no weights index").get("weight_map", {})
        weights = [folder / name for name in sorted(set(listed.values()))]
    if not weights:
        pickled = [path.name for pattern in PICKLED for path in folder.glob(pattern)]
        if pickled:
            raise ModelError(
                f"{folder} has its weights only in {pickled[0]}, a pickled file, which can run code when read.",
                "Convert it, where you trust its source: load it with transformers' from_pretrained and write it "
                "with save_pretrained, which makes safetensors.",
            )
        raise ModelError(
            f"{folder} has no safetensors weights.", "Name a folder that save_pretrained has written."
        )
    for path in weights:
        try:
            with safe_open(path, framework="pt"):  # reads the header and compares it with the file's size
                pass
        except (SafetensorError, OSError) as error:
            raise ModelError(
                f"{path} is missing, cut off or damaged ({error}).", "Copy or download the file again."
            ) from error


def _read_json(path: Path, otherwise: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent} {otherwise}.", "Name a model's folder.") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}).", "Copy or download the file again.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} is not a JSON object.", "Copy or download the file again.")
    return content


def check_keys(folder: Path, loading: dict[str, Any]) -> None:
    """Refuse weights that do not match the architecture: transformers fills gaps with random numbers.

    What a checkpoint has beyond the architecture is harmless (a pooler, a vision tower), except inside a stack
    of layers, where it means that config.json describes another model.
    """
    missing = sorted(loading["missing_keys"])
    surplus = sorted(
        key for key in loading["unexpected_keys"] if any(part.isdigit() for part in key.split("."))
    )
    surplus = [key for key in surplus if not key.endswith(BUFFERS_OF_OLD)]
    for keys, what in ((missing, "lack"), (surplus, "hold more than the architecture has,")):
        if keys:
            raise ModelError(
                f"The weights of {folder.name} {what} {keys[0]}"
                + (f" and {len(keys) - 1} more." if len(keys) > 1 else "."),
                "Check that config.json belongs to these weights.",
            )
