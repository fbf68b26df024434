"""From text to a measured SAE: chooses and samples text, caches activations, trains, saves, measures and labels.

Everything that takes long is kept in a working folder beside the output, and the same call goes on from there
after a kill. The result is an ordinary SAELens folder in float16 with `card.json` (its measured quality) and
`labels.json` (token-level labels of its live features).
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tools.errors import ModelError, UserError
from tools.models.forward import context_length
from tools.models.layers import find_decoder
from tools.progress import Progress, Report, silent
from tools.results import Result
from tools.sae.activation_cache import build_cache
from tools.sae.corpus import Passage, choose, read_passages, sample_passages
from tools.sae.fit import TrainingSettings, bfloat16_is_fast, fit
from tools.sae.quality import LossRecovered, Reconstruction, measure_loss, measure_reconstruction
from tools.sae.token_labels import TokenLabel, label_features
from tools.sae.windows import Window, cut_windows

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

CHARACTERS_PER_TOKEN = 4
LOSS_WINDOWS = 200
"""Held-out windows on which the model's loss is measured; four full passes over each."""
CARD, LABELS = "card.json", "labels.json"


class TextSettings(Result):
    """What text the SAE learns from."""

    files: tuple[str, ...] = ()
    """Files and folders; each is one source and gives an even share."""
    tokens: int = Field(default=1_000_000, ge=0)
    """About as many tokens are taken from the files, at four characters a token, held-out ones included."""
    sampled_tokens: int = Field(default=100_000, ge=0)
    """As many tokens are sampled from the model itself."""
    window: int = Field(default=128, ge=8)
    """Most tokens that the model reads at once."""


class SaeCard(Result):
    """What an SAE is and how good it was on text that it had not seen."""

    model: str
    weights_hash: str
    """Of the model in float32."""
    hook_name: str
    architecture: str = "topk"
    width: int
    settings: TrainingSettings
    text: TextSettings
    training_tokens: int
    """Tokens that count, each seen once in every pass."""
    sources: dict[str, int]
    """Tokens of training text from each source."""
    mean_norm: float
    """Of the activations; 3 times as much is the limit of typical tokens."""
    cached_in: str
    """The model's dtype while caching. Everything is measured in float32."""
    reconstruction: Reconstruction
    loss: LossRecovered
    command: str
    versions: dict[str, str]


def train_sae(
    load: Callable[[str], LanguageModel],
    settings: TrainingSettings,
    text: TextSettings,
    output: Path,
    *,
    chat_prompts: Sequence[str] = (),
    openings: Sequence[str] = (),
    command: str = "",
    report: Report = silent,
) -> SaeCard:
    """Train an SAE of the residual stream after `settings.layer` and write it to `output`.

    `load` loads the model in the dtype that it is given: first in one that computes fast, for sampling and
    caching, then in float32, in which everything is measured. Raises UserError for text that is missing or too
    little, ModelError for a layer that the model does not have.
    """
    work = work_folder(output)
    model = load("bfloat16" if bfloat16_is_fast() else "float32")
    _check(model, settings, text)
    training, held_out = _windows(model, text, work, settings.seed, chat_prompts, openings, report)
    cache = build_cache(model, settings.layer, training, work / "activations", report)
    cached_in, name, device = model.dtype, model.name, str(model.device)
    del model  # before the next one is loaded
    hook_name = f"blocks.{settings.layer}.hook_resid_post"
    metadata = {"model_name": name, "hook_name": hook_name, "context_size": text.window}
    trained = fit(cache, settings, metadata, work / "checkpoints", device=device, report=report)
    draft = work / "draft"
    sae = _save(trained, draft, device)
    model = load("float32")
    reconstruction, firings = measure_reconstruction(
        model, sae, settings.layer, held_out, cache.mean_norm, report
    )
    sample = random.Random(settings.seed).sample(held_out, min(LOSS_WINDOWS, len(held_out)))
    card = SaeCard(
        model=name,
        weights_hash=model.weights_hash,
        hook_name=hook_name,
        width=len(cache.mean),
        settings=settings,
        text=text,
        training_tokens=cache.n_rows,
        sources=_sizes(training),
        mean_norm=cache.mean_norm,
        cached_in=str(cached_in).removeprefix("torch."),
        reconstruction=reconstruction,
        loss=measure_loss(model, sae, settings.layer, sample, firings.mean, report),
        command=command,
        versions=_versions(),
    )
    (draft / CARD).write_text(card.model_dump_json(indent=2) + "\n")
    report(Progress("labelling features", 0, None, "features"))
    _write_labels(label_features(model.tokenizer, held_out, firings), draft / LABELS)
    _publish(draft, output)
    return card


def work_folder(output: Path) -> Path:
    """Where samples, activations and checkpoints are kept: beside the output."""
    return output.with_name(output.name + ".work")


def _check(model: LanguageModel, settings: TrainingSettings, text: TextSettings) -> None:
    """Raise UserError for what this model cannot give, before any work."""
    n_layers = len(find_decoder(model.model).layers)
    if settings.layer >= n_layers:
        raise ModelError(
            f"{model.name} has no layer {settings.layer}.", f"Choose one from 0 to {n_layers - 1}."
        )
    if settings.k > settings.n_features:
        raise UserError(
            f"{settings.k:,} of {settings.n_features:,} features cannot be active at a token.",
            "Choose a smaller k, such as 32, or more features.",
        )
    longest = context_length(model.model, model.tokenizer)
    if text.window > longest:
        raise UserError(f"{model.name} reads at most {longest:,} tokens at once.", "Choose a smaller window.")


def _windows(
    model: LanguageModel,
    text: TextSettings,
    work: Path,
    seed: int,
    chat_prompts: Sequence[str],
    openings: Sequence[str],
    report: Report,
) -> tuple[list[Window], list[Window]]:
    """Training and held-out windows; the files' come first, so that their cache outlives a change in sampling."""
    sources = []
    for number, file in enumerate(text.files):
        report(Progress("reading text", number, len(text.files), "sources"))
        sources.append(list(read_passages(Path(file))))
    chosen = choose(sources, text.tokens * CHARACTERS_PER_TOKEN, seed)
    sampled: list[Passage] = []
    if text.sampled_tokens:
        samples = sample_passages(
            model,
            chat_prompts,
            openings,
            text.sampled_tokens,
            work,
            max_new_tokens=text.window,
            report=report,
        )
        sampled = list(samples)
    training: list[Window] = []
    held_out: list[Window] = []
    for passages in (chosen, sampled):
        windows = list(cut_windows(model.tokenizer, passages, text.window))
        new = [window for window in windows if not window.is_held_out]
        random.Random(seed).shuffle(new)
        training += new
        held_out += [window for window in windows if window.is_held_out]
    if not training or not held_out:
        raise UserError("There is too little text to train on and to measure with.", "Name more text files.")
    return training, held_out


def _save(trained: Any, folder: Path, device: str) -> Any:
    """Write the inference SAE in float16 and load it again: what is measured is what is shipped."""
    from sae_lens import SAE
    from safetensors.torch import load_file, save_file

    shutil.rmtree(folder, ignore_errors=True)
    weights, configuration = trained.save_inference_model(folder)
    save_file({name: tensor.half() for name, tensor in load_file(weights).items()}, weights)
    # The device is this machine's and says nothing about the SAE; float32 is what float16 weights are loaded as.
    content = json.loads(configuration.read_text()) | {"device": "cpu", "dtype": "float32"}
    configuration.write_text(json.dumps(content, indent=2) + "\n")
    return SAE.load_from_disk(folder, device=device)


def _write_labels(labels: Iterable[TokenLabel], file: Path) -> None:
    """One label a line, in a JSON list."""
    lines = ",\n".join(_line(label) for label in labels)
    file.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _line(label: TokenLabel) -> str:
    content = label.model_dump(mode="json")
    for name in ("covered", "firing_rate", "max_activation"):
        content[name] = float(f"{content[name]:.3g}")
    return json.dumps(content, ensure_ascii=False)


def _publish(draft: Path, output: Path) -> None:
    """Put the finished folder in its place, file by file: an output folder may hold more than ours."""
    output.mkdir(parents=True, exist_ok=True)
    for file in draft.iterdir():
        shutil.copyfile(file, output / f".{file.name}")
        (output / f".{file.name}").replace(output / file.name)


def _sizes(windows: Sequence[Window]) -> dict[str, int]:
    sizes: Counter[str] = Counter()
    for window in windows:
        sizes[window.source] += len(window.token_ids)
    return dict(sorted(sizes.items()))


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {package: version(package) for package in ("sae-lens", "torch", "transformers")}
