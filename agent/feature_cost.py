"""How long work on SAE features will take: a roofline estimate like that of suites (`tools.models.cost`).

What is done already (a corpus half sampled, a sweep that was cut off) is not counted.
"""

from typing import TYPE_CHECKING

from agent.feature_corpus import TOKENS, feature_corpus, is_sampled, sampled_tokens, scans_folder
from tools.models.cost import OVERHEAD, measured_rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.features.sweep_left import Left
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

EMBEDDING_FLOPS = 2 * 10.6e6
"""A token of all-MiniLM-L6-v2, without its embeddings."""
TOKENS_A_SENTENCE = 22
"""Of a corpus that the model itself wrote."""
WRITTEN_TOKENS = 2_400
"""What the writer writes for one feature: about 60 sentences of 40 tokens, those that do not pass included."""
WRITER_PARAMETERS = 135e6
SECONDS_A_ROW = 0.01
"""Intervals and the reading of one feature."""


def sweep_seconds(
    model: "LanguageModel",
    sae: "LoadedSae",
    seed: int,
    n_features: int,
    left_on: "Callable[[Sequence[str]], Left]",
) -> float:
    """Expected seconds of what is left of a sweep; `left_on` says how much that is on a corpus."""
    from tools.features.sweep_left import Left
    from tools.sae.scan_block import SAMPLED

    if is_sampled(model, seed):
        left, sampling = left_on(feature_corpus(model, seed)), 0.0
    else:
        n_sentences = TOKENS // TOKENS_A_SENTENCE
        left = Left(n_sentences, n_sentences, n_features * SAMPLED, n_features)
        sampling = _sampling_flops(model, seed)
    below, above, unembedding = _parameters(model, sae)
    # An ablated position is a token of its own, beside those of its sentence, and both are predicted from.
    ablating = 2 * (above + unembedding) * left.positions
    if left.positions:
        ablating += 2 * (above + unembedding) * TOKENS
    flops = (
        sampling
        + 2 * below * TOKENS_A_SENTENCE * left.sentences
        + EMBEDDING_FLOPS * TOKENS_A_SENTENCE * left.embeddings
        + ablating
    )
    return _seconds(model, flops) + SECONDS_A_ROW * left.features


def corpus_seconds(model: "LanguageModel", sae: "LoadedSae", seed: int) -> float:
    """Expected seconds until the corpus is sampled and scanned; 0 where it is."""
    from tools.sae.scan import BLOCK, planned_blocks
    from tools.sae.whole_files import is_whole

    below, _, _ = _parameters(model, sae)
    if not is_sampled(model, seed):
        return _seconds(model, _sampling_flops(model, seed) + 2 * below * TOKENS)
    blocks = planned_blocks(model, sae, feature_corpus(model, seed), scans_folder(), seed=seed)
    n_sentences = BLOCK * sum(not is_whole(block) for block in blocks)
    return _seconds(model, 2 * below * TOKENS_A_SENTENCE * n_sentences)


def score_seconds(model: "LanguageModel", n_features: int) -> float:
    """Expected seconds for the triple of features that have labels, sentences written anew."""
    flops = 2 * WRITER_PARAMETERS * WRITTEN_TOKENS + 2 * _n_parameters(model) * 1_000
    return n_features * (_seconds(model, flops) + 1.0)


def _sampling_flops(model: "LanguageModel", seed: int) -> float:
    return 2 * _n_parameters(model) * max(0, TOKENS - sampled_tokens(model, seed))


def _parameters(model: "LanguageModel", sae: "LoadedSae") -> tuple[float, float, float]:
    """How many parameters a token goes through below the SAE, above it, and in the unembedding."""
    from tools.models.layers import find_decoder

    decoder = find_decoder(model.model)
    unembedding = float(decoder.unembedding.get_parameter("weight").numel())
    in_layers = [
        float(sum(parameter.numel() for parameter in layer.module.parameters())) for layer in decoder.layers
    ]
    entry = sae.hook_point.entry
    return sum(in_layers[:entry]), sum(in_layers[entry:]), unembedding


def _n_parameters(model: "LanguageModel") -> int:
    return sum(parameter.numel() for parameter in model.model.parameters())


def _seconds(model: "LanguageModel", flops: float) -> float:
    return OVERHEAD * flops / measured_rates(model.device, model.dtype).flops
