"""What the SAE reads and what it makes of it: the residual stream of texts and the features' activations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.errors import ModelError
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.models.layers import Decoder
    from tools.sae.load import LoadedSae

FIRES_ABOVE = 1e-3
"""A feature fires at a token where its activation exceeds this."""
SINK_NORM = 10.0
"""A token whose stream is this many times as long as the median of its text is an attention sink."""
TOKENS_PER_BATCH = {"cpu": 1024, "mps": 4096, "cuda": 16384}
WINDOW = 16_384
"""Tokens of consecutive texts that are sorted by length together, which bounds the memory."""


@dataclass(frozen=True)
class TextResiduals:
    """A text's tokens and the residual stream at the SAE's hook point, on the CPU."""

    text: str
    token_ids: torch.Tensor
    """int64 [T]."""
    tokens: list[str]
    counts: torch.Tensor
    """bool [T]; False for special and BOS tokens, for position 0 and for attention sinks."""
    stream: torch.Tensor
    """float32 [T, width]."""


@dataclass(frozen=True)
class TextActivations:
    """How strongly the features that were asked for fire at each token of a text, on the CPU."""

    read: TextResiduals
    """What they are the activations of."""
    values: torch.Tensor
    """float32 [T, k]: the k features asked for, in their order."""

    @property
    def text(self) -> str:
        """The text itself."""
        return self.read.text

    @property
    def token_ids(self) -> torch.Tensor:
        """int64 [T]."""
        return self.read.token_ids

    @property
    def tokens(self) -> list[str]:
        """Its T tokens, as in `TextResiduals`."""
        return self.read.tokens

    @property
    def counts(self) -> torch.Tensor:
        """bool [T], as in `TextResiduals`."""
        return self.read.counts


def residuals(
    model: LanguageModel, sae: LoadedSae, texts: Sequence[str], *, report: Report = silent
) -> Iterator[TextResiduals]:
    """The residual stream that the SAE reads, text by text, in the order of the texts.

    Texts are encoded by the tokenizer, with BOS put before them where the SAE was trained so, and cut on the right
    to the model's context; a text without tokens has T = 0. Layers above the hook point are not computed. Raises
    ModelError where the SAE does not fit the model, for a token that the model does not know, and where even one
    text does not fit into memory.
    """
    from tools.models.layers import find_decoder
    from tools.sae.load import check_fits

    check_fits(sae, model)
    decoder = find_decoder(model.model)
    done = 0
    for window in _windows(model, sae, texts):
        streams = _streams(model, decoder, sae, [ids for _, ids in window])
        for (text, ids), stream in zip(window, streams, strict=True):
            yield _text_residuals(model, text, ids, stream)
        done += len(window)
        report(Progress("reading texts", done, len(texts), "texts"))


def activations(
    model: LanguageModel,
    sae: LoadedSae,
    texts: Sequence[str],
    features: Sequence[int],
    *,
    report: Report = silent,
) -> Iterator[TextActivations]:
    """The activations of `features`, text by text, in the order of the texts.

    They are the SAE's own encoding of each token's stream; those of tokens that do not count are returned too. Raises
    ModelError as `residuals`, and for a feature that the SAE does not have.
    """
    from tools.sae.load import check_features

    check_features(sae, features)
    columns = list(features)
    for read in residuals(model, sae, texts, report=report):
        values = sae.encode(read.stream)[:, columns].float().cpu()
        yield TextActivations(read, values)


def residuals_of_tokens(model: LanguageModel, sae: LoadedSae, token_ids: torch.Tensor) -> TextResiduals:
    """The residual stream that the SAE reads at token ids [T] of one text, taken as they are."""
    from tools.models.layers import find_decoder
    from tools.sae.load import check_fits

    check_fits(sae, model)
    ids = token_ids.tolist()
    (stream,) = _streams(model, find_decoder(model.model), sae, [ids])
    return _text_residuals(model, model.tokenizer.decode(ids), ids, stream)


def counting_tokens(model: LanguageModel, token_ids: torch.Tensor, stream: torch.Tensor) -> torch.Tensor:
    """Which tokens of a text count, bool [T]: no special token, not position 0, no attention sink.

    Sinks own every maximum, whatever the text says, and so does position 0, which is one where there is no BOS.

    Not found: tokens between the rest (all within 1.5 times the median) and a sink. In 30,000 tokens that
    SmolLM2-135M wrote, at layer 15, there were 12: four that point where position 0 points, and eight in one broken
    sentence that point elsewhere. They hold the strongest place of 98 of 4,096 features, one of the 20 that count.
    """
    import torch

    special = torch.tensor(sorted(_special_tokens(model.tokenizer)), dtype=torch.long)
    counts = ~torch.isin(token_ids, special)
    counts[:1] = False
    if len(token_ids):
        norms = stream.norm(dim=-1)
        counts &= norms <= SINK_NORM * norms.median()
    return counts


def _text_residuals(
    model: LanguageModel, text: str, ids: Sequence[int], stream: torch.Tensor
) -> TextResiduals:
    import torch

    token_ids = torch.tensor(ids, dtype=torch.long)
    tokens = [model.tokenizer.decode([token]) for token in ids]
    return TextResiduals(text, token_ids, tokens, counting_tokens(model, token_ids, stream), stream)


def _windows(
    model: LanguageModel, sae: LoadedSae, texts: Sequence[str]
) -> Iterator[list[tuple[str, list[int]]]]:
    """Consecutive texts with their token ids, WINDOW tokens or a little more at a time."""
    from tools.models.forward import are_known, context_length, encodable

    length = context_length(model.model, model.tokenizer)
    bos = model.tokenizer.bos_token_id if sae.prepends_bos else None
    window: list[tuple[str, list[int]]] = []
    n_tokens = 0
    for text in texts:
        ids = model.tokenizer(encodable(text), verbose=False)["input_ids"]
        if bos is not None and ids[:1] != [bos]:
            ids = [bos, *ids]
        ids = ids[:length]
        if not are_known(model.model, ids):
            raise ModelError(
                f"The text {text[:40]!r} has a token that {model.name} has no embedding for.",
                "Leave it out, or load the model with its own tokenizer.",
            )
        window.append((text, ids))
        n_tokens += len(ids)
        if n_tokens >= WINDOW:
            yield window
            window, n_tokens = [], 0
    if window:
        yield window


def _streams(
    model: LanguageModel, decoder: Decoder, sae: LoadedSae, all_ids: Sequence[Sequence[int]]
) -> list[torch.Tensor]:
    """The stream [T, width] of each text, in batches of similar length."""
    import torch

    from tools.models.forward import is_out_of_memory
    from tools.models.partial_pass import read_stream

    streams = [torch.zeros(0, sae.width)] * len(all_ids)
    waiting = sorted((row for row, ids in enumerate(all_ids) if ids), key=lambda row: len(all_ids[row]))
    budget = TOKENS_PER_BATCH.get(model.device.type, TOKENS_PER_BATCH["cpu"])
    while waiting:
        longest = len(all_ids[waiting[-1]])
        batch = waiting[-max(1, budget // longest) :]
        # Padding stands on the right, where causal attention never looks.
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        for place, row in enumerate(batch):
            ids[place, : len(all_ids[row])] = torch.tensor(all_ids[row])
        try:
            read = read_stream(model.model, decoder, sae.hook_point.entry, ids.to(model.device)).float().cpu()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            if len(batch) == 1:
                raise ModelError(
                    f"Memory does not suffice for one text of {longest:,} tokens.", "Use shorter texts."
                ) from error
            budget = len(batch) * longest // 2
            continue
        for place, row in enumerate(batch):
            streams[row] = read[place, : len(all_ids[row])].clone()
        del waiting[-len(batch) :]
    return streams


def _special_tokens(tokenizer: Any) -> set[int]:
    added = {number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
    return added | set(tokenizer.all_special_ids)
