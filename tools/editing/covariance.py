"""C = E[k kᵀ]: how the inputs of a down-projection are distributed over natural text, uncentred."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tools.editing.edit import EditError
from tools.editing.place import Place, find_place
from tools.models.cached_folder import build_once
from tools.models.forward import are_known, encodable, input_device
from tools.models.partial_pass import read_stream
from tools.progress import Progress, Report, silent
from tools.sae.activations import counting_tokens

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel

Texts = Callable[[], Iterable[str]] | Sequence[str]

TOKENS_PER_DIMENSION = 10
"""Tokens read for each dimension of the key; more are not needed."""
FEWEST_PER_DIMENSION = 1
"""Below, C says nothing about some directions, and an edit would spill into them."""
LONGEST_TEXT = 256
TOKENS_PER_BATCH = {"cpu": 1024, "mps": 4096, "cuda": 16_384}
FILE = "covariance.safetensors"


@dataclass(frozen=True)
class Covariance:
    """C of one module, with how much text it is from."""

    matrix: torch.Tensor
    """float64 [d_in, d_in] on the CPU."""
    n_tokens: int
    id: str
    """Names the weights below the module, the layer and the text."""
    _factors: dict[float, torch.Tensor] = field(default_factory=dict, repr=False, compare=False)
    """By regularisation: a sweep of facts solves with the same again and again."""

    def solver(self, regularisation: float) -> Callable[[torch.Tensor], torch.Tensor]:
        """X -> (C + λI)⁻¹ X for float64 X [d_in, n] by Cholesky; λ: `regularisation` times the mean diagonal.

        Raises EditError where C is no covariance of anything.
        """
        import torch

        if regularisation not in self._factors:
            size = len(self.matrix)
            ridge = regularisation * self.matrix.diagonal().mean()
            found, info = torch.linalg.cholesky_ex(self.matrix + ridge * torch.eye(size, dtype=torch.float64))
            if int(info) or not bool(torch.isfinite(found).all()):
                raise EditError(
                    "The covariance of the model's keys is not positive definite.", "Use other text for it."
                )
            self._factors[regularisation] = found
        factor = self._factors[regularisation]
        return lambda vectors: torch.cholesky_solve(vectors, factor)


def covariance(
    model: LanguageModel,
    layer: int,
    texts: Texts,
    *,
    corpus_id: str,
    folder: Path,
    report: Report = silent,
) -> Covariance:
    """C of a layer's down-projection, from `folder` where it was computed before.

    Special tokens, the first position and attention sinks are left out. It is kept under the hash of the weights
    that decide it (all below the module), so that an edit of the module leaves it as it is. Raises EditError where
    the texts are too short, ModelError where the folder cannot be written.
    """
    from safetensors.torch import save_file

    place = find_place(model, layer)
    kept_at = _kept_at(model, place, corpus_id, folder)

    def build(partial: Path) -> None:
        matrix, n_tokens = _measure(model, place, texts, report)
        save_file({"matrix": matrix, "n_tokens": _scalar(n_tokens)}, partial / FILE)

    return _read(build_once(kept_at, build, report) / FILE)


@lru_cache(maxsize=2)
def _read(file: Path) -> Covariance:
    """What a folder holds follows from its name, so it is read and factored once in a process."""
    from safetensors.torch import load_file

    kept = load_file(file)
    return Covariance(kept["matrix"].double(), int(kept["n_tokens"]), file.parent.name)


def is_kept(model: LanguageModel, layer: int, *, corpus_id: str, folder: Path) -> bool:
    """Whether `covariance` finds it computed."""
    return (_kept_at(model, find_place(model, layer), corpus_id, folder) / FILE).exists()


def _kept_at(model: LanguageModel, place: Place, corpus_id: str, folder: Path) -> Path:
    return folder / "covariance" / f"{weights_below(model, place)[:16]}-{place.layer}-{_name(corpus_id)}"


_below: WeakKeyDictionary[Any, dict[int, tuple[tuple[tuple[int, int], ...], str]]] = WeakKeyDictionary()


def weights_below(model: LanguageModel, place: Place) -> str:
    """SHA-256 of the parameters that decide the module's input: the embeddings and all layers up to its own.

    The module itself is left out, and so are later layers, the final norm, and an unembedding of its own.
    """
    import torch

    decoder = place.decoder
    above = tuple(f"{layer.name}." for layer in decoder.layers[place.layer + 1 :])
    last = {
        id(parameter) for parameter in (*decoder.final_norm.parameters(), *decoder.unembedding.parameters())
    }
    last -= {id(parameter) for parameter in decoder.embedding.parameters()}
    parts = [
        (name, parameter)
        for name, parameter in sorted(model.model.named_parameters())
        if not name.startswith((*above, f"{place.name}.")) and id(parameter) not in last
    ]
    version = tuple((parameter.data_ptr(), parameter._version) for _, parameter in parts)
    known = _below.setdefault(model.model, {})
    if place.layer not in known or known[place.layer][0] != version:
        digest = hashlib.sha256()
        for name, parameter in parts:
            digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}\n".encode())
            digest.update(parameter.detach().contiguous().cpu().view(-1).view(torch.uint8).numpy())
        known[place.layer] = version, digest.hexdigest()
    return known[place.layer][1]


def _measure(model: LanguageModel, place: Place, texts: Texts, report: Report) -> tuple[torch.Tensor, int]:
    import torch

    width = place.matrix().shape[1]
    wanted = TOKENS_PER_DIMENSION * width
    total = torch.zeros(width, width, dtype=torch.float64)
    n_tokens = 0
    for batch in _batches(model, texts() if callable(texts) else texts):
        report(Progress("measuring the covariance", min(n_tokens, wanted), wanted, "tokens"))
        keys = _keys(model, place, batch)
        total += keys.T @ keys
        n_tokens += len(keys)
        if n_tokens >= wanted:
            break
    if n_tokens < FEWEST_PER_DIMENSION * width:
        raise EditError(
            f"The text for the covariance has {n_tokens:,} tokens, and {FEWEST_PER_DIMENSION * width:,} are needed "
            f"at least ({wanted:,} are good).",
            "Give it more text.",
        )
    report(Progress("measuring the covariance", wanted, wanted, "tokens"))
    if not bool(torch.isfinite(total).all()):
        raise EditError(
            f"Activations of {model.name} are no numbers, so it cannot be edited.", "Check its weights."
        )
    return total / n_tokens, n_tokens


def _keys(model: LanguageModel, place: Place, batch: list[list[int]]) -> torch.Tensor:
    """The module's inputs at all tokens of the texts that count, float64 [n, d_in] on the CPU."""
    import torch

    longest = max(map(len, batch))
    # Padding stands on the right, where causal attention never looks.
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in batch])
    read: list[torch.Tensor] = []
    handle = place.module.register_forward_pre_hook(lambda module, arguments: read.append(arguments[0]))
    try:
        streams = read_stream(model.model, place.decoder, place.layer + 1, ids.to(input_device(model.model)))
    finally:
        handle.remove()
    keys, streams = read[0].float().cpu(), streams.float().cpu()
    counted = []
    for number, row in enumerate(batch):
        counts = counting_tokens(model, ids[number, : len(row)], streams[number, : len(row)])
        counted.append(keys[number, : len(row)][counts])
    return torch.cat(counted).double()


def _batches(model: LanguageModel, texts: Iterable[str]) -> Iterator[list[list[int]]]:
    """Token ids of the texts, cut to LONGEST_TEXT, in their order."""
    most = TOKENS_PER_BATCH.get(model.device.type, TOKENS_PER_BATCH["cpu"])
    batch: list[list[int]] = []
    for text in texts:
        ids = model.tokenizer(encodable(text), verbose=False)["input_ids"][:LONGEST_TEXT]
        if len(ids) < 2 or not are_known(model.model, ids):
            continue
        if batch and (len(batch) + 1) * max(len(ids), *map(len, batch)) > most:
            yield batch
            batch = []
        batch.append(ids)
    if batch:
        yield batch


def _name(corpus_id: str) -> str:
    return hashlib.sha256(corpus_id.encode()).hexdigest()[:12]


def _scalar(value: int) -> torch.Tensor:
    import torch

    return torch.tensor(value)
