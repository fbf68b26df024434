"""GGUF files as ordinary models: each is converted once to float32 safetensors in the user's cache.

Quantised blocks are unpacked exactly as llama.cpp defines them. The conversion runs in a process of its own: it
takes seconds without a word, writes to the terminal, and the file comes from outside.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.errors import ModelError
from tools.models.cached_folder import build_once, cache_root
from tools.progress import Progress, Report, silent

FORMAT = 1
"""Raised whenever the conversion would write something else, so that old folders are not used."""
MAGIC = b"GGUF"


def converted(path: Path, report: Report = silent, key: str | None = None) -> Path:
    """The folder with the model of a GGUF file, converted now where that has not been done before.

    `key` names the folder in the cache; without it, the file's path, size and time of change do.
    Raises ModelError for a file that is missing, damaged, or of an architecture that transformers cannot read.
    """
    try:
        status = path.stat()
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}).", "Check the path of the file."
        ) from error
    if magic != MAGIC:
        raise ModelError(f"{path.name} is not a GGUF file.", "Check that the download is complete.")
    if key is None:
        identity = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"
        key = f"{path.stem}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    folder = cache_root() / "models" / f"{key}-v{FORMAT}"
    return build_once(folder, lambda target: _convert_in_subprocess(path, target, report), report)


def _convert_in_subprocess(path: Path, target: Path, report: Report) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "tools.models.gguf", str(path), str(target)]
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
        try:
            while process.poll() is None:
                report(
                    Progress(f"converting {path.name}, once", int(time.monotonic() - started), unit="seconds")
                )
                time.sleep(0.2)
        finally:  # also when `report` stops the work
            process.kill()
            process.wait()
        if process.returncode != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").strip().splitlines() or ["the process was killed"]
            if "No space left" in lines[-1]:
                raise ModelError(
                    f"There is no room for {path.name} in {target.parent}.",
                    "Free some space or set BENCHWRIGHT_CACHE to another folder.",
                )
            raise ModelError(
                f"{path.name} could not be converted: {lines[-1][:300]}",
                "Check that the download is complete and that transformers supports its architecture.",
            )


def convert(path: Path, target: Path) -> None:
    """Write the model and tokenizer of a GGUF file into `target`, as float32 safetensors."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    loaded, loading = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, output_loading_info=True
    )
    if loading["missing_keys"]:
        raise ValueError(f"the file lacks weights, among them {sorted(loading['missing_keys'])[0]}")
    # transformers refuses to save what it read from a GGUF file, although nothing in it is quantised any more:
    # the weights move to a fresh model of the same configuration.
    settings = {k: v for k, v in loaded.config.to_dict().items() if k != "quantization_config"}
    fresh = AutoModelForCausalLM.from_config(type(loaded.config)(**settings), dtype=torch.float32)
    fresh.load_state_dict(loaded.state_dict())
    fresh.tie_weights()
    fresh.save_pretrained(target)
    AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name).save_pretrained(target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
