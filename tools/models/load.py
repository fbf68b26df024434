"""Loads a model by name: `embedded`, a hub id, a local folder or a GGUF file; safetensors and GGUF only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError
from tools.models.checkpoint_files import check_files, check_keys
from tools.models.embedded import DISPLAY_NAME, embedded_folder
from tools.models.forward import is_out_of_memory
from tools.models.gguf import converted
from tools.models.hub import hub_folder
from tools.models.language_model import LanguageModel
from tools.models.quiet import quiet_transformers
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

EMBEDDED = "embedded"
DTYPES = ("float32", "bfloat16", "float16", "float64")


def load_model(
    name: str,
    *,
    revision: str | None = None,
    dtype: str | None = None,
    device: str | None = None,
    trust_remote_code: bool = False,
    tokenizer_folder: Path | None = None,
    report: Report = silent,
) -> LanguageModel:
    """Load a causal language model with its tokenizer (of another folder, for a checkpoint that has none).

    `dtype` is float32 unless one of DTYPES is named; `device` is CUDA, MPS or CPU, the first there is, unless
    named, and `auto` spreads the model over all devices. Raises ModelError, with the next step, for anything
    that a user can cause: no such model, damaged or pickled weights, weights that do not fit the architecture, a
    model that does not predict the next token, too little memory, no such device.
    """
    chosen_dtype, chosen_device = _dtype(dtype), _device(device)
    folder, display_name = _folder(name, revision, trust_remote_code, report)
    check_files(folder, tokenizer_folder)
    report(Progress(f"loading {display_name}", 0, unit="models"))
    try:
        with quiet_transformers():
            model, tokenizer = _read(
                folder, tokenizer_folder or folder, chosen_dtype, chosen_device, trust_remote_code
            )
            _check_predicts_next_token(model, tokenizer, display_name)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise ModelError(
            f"{display_name} does not fit into the memory of {chosen_device}.",
            "Load it as bfloat16, on another device, or take a smaller model.",
        ) from error
    report(Progress(f"loading {display_name}", 1, 1, unit="models"))
    from_hub = folder.parent.name == "snapshots"
    return LanguageModel(model, tokenizer, display_name, name, folder.name if from_hub else None)


def folder_of(name: str, report: Report = silent) -> Path:
    """The folder that a model's name stands for, downloaded or converted where need be. Raises ModelError."""
    return _folder(name, None, False, report)[0]


def _folder(name: str, revision: str | None, with_code: bool, report: Report) -> tuple[Path, str]:
    """The folder to load and what to call the model."""
    path = Path(name).expanduser()
    is_local = name == EMBEDDED or path.exists() or path.suffix == ".gguf" or name.startswith((".", "/", "~"))
    if not is_local:
        return hub_folder(name, revision, with_code=with_code, report=report), name
    if revision is not None:
        raise ModelError(f"{name} is on this machine and has no revisions.", "Leave the revision out.")
    if name == EMBEDDED:
        return embedded_folder(report), DISPLAY_NAME
    if path.is_dir():
        files = sorted(path.glob("*.gguf"))
        if len(files) == 1 and not any(path.glob("*.safetensors")):
            path = files[0]
        else:
            return path, path.resolve().name
    if path.suffix == ".gguf":
        return converted(path, report), path.stem
    raise ModelError(f"There is no model folder or GGUF file {name}.", "Check the path.")


def _read(
    folder: Path,
    tokenizer_folder: Path,
    dtype: torch.dtype,
    device: torch.device | str,
    trust_remote_code: bool,
) -> tuple[Any, Any]:
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    settings = {"trust_remote_code": trust_remote_code, "local_files_only": True}
    try:
        config = AutoConfig.from_pretrained(folder, **settings)
    except (OSError, ValueError, KeyError, TypeError) as error:
        if "trust_remote_code" in str(error):
            raise ModelError(
                f"{folder.name} needs Python code that comes with it.",
                "Where you trust its source, load it with trust_remote_code.",
            ) from error
        raise ModelError(
            f"The architecture of {folder.name} is unknown ({_first_line(error)}).",
            "Check config.json, or update transformers.",
        ) from error
    if config.is_encoder_decoder:
        raise ModelError(
            f"{folder.name} is an encoder-decoder ({config.model_type}), not a causal language model.",
            "Name a model that continues text.",
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder, **settings)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise ModelError(
            f"The tokenizer of {folder.name} cannot be read ({_first_line(error)}).",
            "Copy or download its files again.",
        ) from error
    placement = {"device_map": "auto"} if device == "auto" else {}
    try:
        model, loading = AutoModelForCausalLM.from_pretrained(
            folder,
            config=config,
            dtype=dtype,
            use_safetensors=True,
            output_loading_info=True,
            **placement,
            **settings,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{folder.name} ({config.model_type}) cannot be loaded as a causal language model "
            f"({_first_line(error)}).",
            "Name a model that continues text.",
        ) from error
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"The weights of {folder.name} do not fit its configuration ({_first_line(error)}).",
            "Check that config.json belongs to these weights.",
        ) from error
    check_keys(folder, loading)
    # Tokens added to the vocabulary may lie beyond the embeddings and never be used; its own may not.
    if tokenizer.vocab_size > model.get_input_embeddings().weight.shape[0]:
        raise ModelError(
            f"The tokenizer of {folder.name} has more tokens than the model has embeddings.",
            "Check that the tokenizer's files belong to these weights.",
        )
    return (model if placement else model.to(device)), tokenizer


def _check_predicts_next_token(model: Any, tokenizer: Any, name: str) -> None:
    """Refuse a model whose earlier logits change with a later token: an encoder, whatever its class is called."""
    import torch

    from tools.models.forward import forward, input_device

    vocabulary = model.get_input_embeddings().weight.shape[0]
    last = min(len(tokenizer), vocabulary) - 1
    ids = torch.tensor([[last // 3, last // 2, 0], [last // 3, last // 2, last]], device=input_device(model))
    logits = forward(model, lambda hidden: hidden, input_ids=ids, use_cache=False).logits[:, :2]
    difference = (logits[0] - logits[1]).abs().max()
    # NaN compares as False: broken weights load, and whatever is measured on them says so itself.
    if difference > 0.01 * logits.std():
        raise ModelError(
            f"{name} ({type(model).__name__}) sees the tokens to come: it is an encoder, no causal language model.",
            "Name a model that continues text.",
        )


def _dtype(name: str | None) -> torch.dtype:
    import torch

    if name is None:
        return torch.float32
    if name not in DTYPES:
        raise ModelError(f"There is no dtype {name!r} for models.", f"Choose one of: {', '.join(DTYPES)}.")
    return getattr(torch, name)


def _device(name: str | None) -> torch.device | str:
    import torch

    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name is None:
        return torch.device(next(kind for kind, there in available.items() if there))
    if name == "auto":
        return name
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ModelError(f"There is no device {name!r}.", "Choose cpu, cuda, cuda:1, mps or auto.") from error
    there = available.get(device.type, False)
    if device.type == "cuda" and there:
        there = (device.index or 0) < torch.cuda.device_count()
    if not there:
        usable = ", ".join(kind for kind, found in available.items() if found)
        raise ModelError(f"This machine has no device {name!r} that can be used.", f"It has: {usable}.")
    return device


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
