"""Loads a checkpoint of a training run as a model; a LoRA adapter is merged into its base."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tools.errors import ModelError
from tools.models.checkpoint_files import has_tokenizer
from tools.models.checkpoints import ADAPTER_CONFIG, Checkpoint
from tools.models.language_model import LanguageModel
from tools.models.load import folder_of, load_model
from tools.progress import Report, silent


def load_checkpoint(
    checkpoint: Checkpoint,
    *,
    base: str | None = None,
    dtype: str | None = None,
    device: str | None = None,
    trust_remote_code: bool = False,
    report: Report = silent,
) -> LanguageModel:
    """The model at a checkpoint, called after its run's folder.

    `base`: what an adapter was trained on, where that is not what its configuration says. A checkpoint without a
    tokenizer takes that of the run's folder, else that of `base`. Raises ModelError.
    """
    settings = {"dtype": dtype, "device": device, "trust_remote_code": trust_remote_code, "report": report}
    if checkpoint.revision is not None:
        return load_model(str(checkpoint.path), revision=checkpoint.revision, **settings)  # type: ignore[arg-type]
    if checkpoint.kind == "adapter":
        model = load_model(base or _base_of(checkpoint), **settings)  # type: ignore[arg-type]
        merged = _merged(model.model, checkpoint)
        loaded = LanguageModel(merged, model.tokenizer, _name(checkpoint), str(checkpoint.path))
    else:
        loaded = load_model(
            str(checkpoint.path),
            tokenizer_folder=_tokenizer_folder(checkpoint.path, base),
            **settings,  # type: ignore[arg-type]
        )
        loaded.name = _name(checkpoint)
    return loaded


def tokenizer_hash(model: LanguageModel) -> str:
    """SHA-256 over vocabulary and special tokens: equal hash, the same text is the same tokens."""
    tokenizer = model.tokenizer
    content = {
        "vocabulary": tokenizer.get_vocab(),
        "special": {name: str(token) for name, token in tokenizer.special_tokens_map.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _name(checkpoint: Checkpoint) -> str:
    return checkpoint.path.resolve().parent.name


def _tokenizer_folder(path: Path, base: str | None) -> Path | None:
    """Where the tokenizer lies, if not with the checkpoint; None: there (or nowhere, which loading tells)."""
    if has_tokenizer(path):
        return None
    if has_tokenizer(path.parent):
        return path.parent
    if base is None:
        return None
    return folder_of(base)


def _base_of(checkpoint: Checkpoint) -> str:
    name = json.loads((checkpoint.path / ADAPTER_CONFIG).read_text(encoding="utf-8")).get(
        "base_model_name_or_path"
    )
    if not isinstance(name, str) or not name:
        raise ModelError(
            f"The adapter at step {checkpoint.step} does not say which model it was trained on.",
            "Name that model with --model.",
        )
    return name


def _merged(model: Any, checkpoint: Checkpoint) -> Any:
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(checkpoint.path)).merge_and_unload()
    except (ValueError, RuntimeError, KeyError, TypeError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(
            f"The adapter at step {checkpoint.step} does not fit its base model ({reason}).",
            "Name the model that it was trained on with --model.",
        ) from error
