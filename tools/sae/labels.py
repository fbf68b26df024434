"""Reads labels of SAE features: Neuronpedia exports, delphi explanation files, and our own JSON.

- Neuronpedia: JSON lines, plain or gzipped, one explanation a line with `index` (a string of digits), `layer` and
  `description`; a folder of such batches.
- delphi: a folder with one `<module>_latent<N>.txt` for each latent, whose content is a JSON string; or one JSON
  object from such names, or plain indices, to explanations.
- ours: a JSON list of {"feature", "label", "method", "examples", "firing_rate"}; the first two must be there.

Formats as written by neuronpedia-utils (db_models/explanation.py) and delphi (`__main__.py`, `latents.py`).
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import Field, ValidationError

from tools.errors import UserError
from tools.results import Result

LARGEST = 512 * 2**20
"""Bytes of a file, unpacked, that are read: an export of 131,072 features has about 30 MiB."""
NO_EXPLANATION = ("", "Explanation could not be parsed.", "No explanation found")
"""What delphi writes where there is none."""

_LATENT = re.compile(r"(?:.*_)?(?:latent|feature)_?(\d+)(?:\.(?:txt|json))?|(\d+)(?:\.(?:txt|json))?")
_NEXT_STEP = (
    "Give a Neuronpedia export (JSON lines, also gzipped), a delphi explanation file or folder, or a JSON list of "
    '{"feature", "label"}.'
)


class FeatureLabel(Result):
    """What one feature is said to be about. Untrusted text."""

    feature: int = Field(ge=0)
    label: str = Field(min_length=1)
    method: str = "unknown"
    """How the label was made, e.g. the name of a model or `top tokens`."""
    examples: tuple[str, ...] = ()
    """Texts on which the feature fires strongly."""
    firing_rate: float | None = Field(default=None, ge=0.0, le=1.0)
    """Share of tokens at which it fires."""


def read_labels(
    path: Path, *, n_features: int | None = None, layer: str | None = None
) -> dict[int, FeatureLabel]:
    """Labels by feature from a file or folder; of several for a feature, the first.

    `n_features`: an index from there on is refused. `layer`: keep only lines of this Neuronpedia source (e.g.
    `6-res-jb`); without it, a file of several sources is refused. Raises UserError for what cannot be read.
    """
    path = path.expanduser()
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file() and _is_label_file(file))
    elif path.is_file():
        files = [path]
    else:
        raise UserError(f"There is no file or folder of labels {path}.", "Check the path.")
    labels: dict[int, FeatureLabel] = {}
    sources: set[str] = set()
    for file in files:
        for label, source in _read(file):
            if layer is not None and source not in (None, layer):
                continue
            sources |= set() if source is None else {source}
            if n_features is not None and label.feature >= n_features:
                raise UserError(
                    f"{file.name} labels feature {label.feature}, and the SAE has only {n_features:,}.",
                    "Give the labels of this SAE.",
                )
            labels.setdefault(label.feature, label)
    if len(sources) > 1:
        raise UserError(
            f"{path.name} holds labels of {len(sources)} SAEs ({', '.join(sorted(sources)[:5])}).",
            "Give the labels of one of them.",
        )
    if not labels:
        raise UserError(f"There are no labels in {path}.", _NEXT_STEP)
    return labels


def _is_label_file(file: Path) -> bool:
    if file.suffix in (".jsonl", ".gz"):
        return True
    return _LATENT.fullmatch(file.name) is not None


def _read(file: Path) -> Iterator[tuple[FeatureLabel, str | None]]:
    """The labels of one file, each with the SAE's name where the file has it."""
    text = _text(file)
    latent = _LATENT.fullmatch(file.name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        if file.name.removesuffix(".gz").endswith(".txt") and latent:
            content = text.strip()
        elif "\n" in text.strip():
            yield from _from_lines(file, text)
            return
        else:
            raise _corrupt(file, "it is no JSON") from error
    if isinstance(content, str) and latent:
        if content.strip() not in NO_EXPLANATION:
            yield FeatureLabel(feature=_index(latent), label=content.strip(), method="delphi"), None
    elif isinstance(content, list):
        yield from _from_rows(file, content)
    elif isinstance(content, dict) and "index" in content:
        yield from _from_rows(file, [content])
    elif isinstance(content, dict) and content:
        yield from _from_mapping(file, content)
    else:
        raise _corrupt(file, "it holds neither a list nor a table of labels")


def _text(file: Path) -> str:
    try:
        if file.suffix == ".gz":
            with gzip.open(file) as stream:
                data = stream.read(LARGEST + 1)
        else:
            with file.open("rb") as plain:
                data = plain.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _corrupt(file, str(error) or type(error).__name__) from error
    if len(data) > LARGEST:
        raise UserError(f"{file.name} is larger than {LARGEST // 2**20} MiB.", "Split it, or give one layer.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _corrupt(file, "it is no UTF-8 text") from error


def _from_lines(file: Path, text: str) -> Iterator[tuple[FeatureLabel, str | None]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _corrupt(file, f"line {number} is no JSON") from error
            yield from _from_rows(file, [row], number)


def _from_rows(
    file: Path, rows: Iterable[object], first: int = 1
) -> Iterator[tuple[FeatureLabel, str | None]]:
    for number, row in enumerate(rows, first):
        if not isinstance(row, dict):
            raise _corrupt(file, f"entry {number} is no table of fields")
        if "description" in row and "index" in row:
            fields = {
                "feature": row["index"],
                "label": row["description"],
                "method": row.get("explanationModelName") or row.get("typeName") or "Neuronpedia",
            }
        else:
            fields = {key: value for key, value in row.items() if key in FeatureLabel.model_fields}
        label = fields.get("label")
        if label is None or (isinstance(label, str) and not label.strip()):
            continue  # a feature that was listed and not labelled
        try:
            found = FeatureLabel.model_validate(fields)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in fault["loc"])
            raise _corrupt(file, f"entry {number}, {field}: {fault['msg']}") from error
        source = row.get("layer")
        yield found, source if isinstance(source, str) and "index" in row else None


def _from_mapping(file: Path, content: dict[str, object]) -> Iterator[tuple[FeatureLabel, str | None]]:
    for name, explanation in content.items():
        latent = _LATENT.fullmatch(name)
        if latent is None or not isinstance(explanation, str):
            raise _corrupt(file, f"{name[:40]!r} is no latent with an explanation")
        if explanation.strip() not in NO_EXPLANATION:
            yield FeatureLabel(feature=_index(latent), label=explanation.strip(), method="delphi"), None


def _index(latent: re.Match[str]) -> int:
    return int(latent[1] or latent[2])


def _corrupt(file: Path, why: str) -> UserError:
    return UserError(f"{file.name} is no file of labels that can be read: {why}.", _NEXT_STEP)
