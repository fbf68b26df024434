"""How long work on SAE features will take: a roofline estimate like that of suites (`tools.models.cost`)."""

from typing import TYPE_CHECKING

from agent.feature_corpus import TOKENS, feature_corpus, is_sampled, scans_folder
from tools.models.cost import OVERHEAD, measured_rates

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel
    from tools.sae.load import LoadedSae

EMBEDDING_FLOPS = 2 * 10.6e6
"""A token of all-MiniLM-L6-v2, without its embeddings."""
WRITTEN_TOKENS = 2_400
"""What the writer writes for one feature: about 60 sentences of 40 tokens, those that do not pass included."""
WRITER_PARAMETERS = 135e6
SECONDS_TO_LOAD = 12.0
"""sae-lens is slow to import."""
SECONDS_A_ROW = 0.01
"""Intervals and the reading of one feature."""


def sweep_seconds(
    model: "LanguageModel", sae: "LoadedSae", n_features: int, n_positions: int, seed: int
) -> float:
    """Expected seconds of a sweep with `n_positions` ablated a feature, from what of it is there already."""
    rates = measured_rates(model.device, model.dtype)
    ablated = n_features * n_positions
    above = 1 - (sae.layer + 1) / model.model.config.get_text_config().num_hidden_layers
    flops = 2 * n_parameters(model) * above * (TOKENS + ablated)
    return corpus_seconds(model, sae, seed) + OVERHEAD * flops / rates.flops + SECONDS_A_ROW * n_features


def corpus_seconds(model: "LanguageModel", sae: "LoadedSae", seed: int) -> float:
    """Expected seconds until the corpus is sampled, scanned and embedded; 0 where it is."""
    from tools.sae.scan import find_scan

    rates = measured_rates(model.device, model.dtype)
    sampled = is_sampled(model, seed)
    if sampled and find_scan(model, sae, feature_corpus(model, seed), scans_folder(), seed=seed) is not None:
        return 0.0
    below = (sae.layer + 1) / model.model.config.get_text_config().num_hidden_layers
    flops = TOKENS * (2 * n_parameters(model) * below + EMBEDDING_FLOPS)
    if not sampled:
        flops += TOKENS * 2 * n_parameters(model)
    return OVERHEAD * flops / rates.flops


def score_seconds(model: "LanguageModel", n_features: int) -> float:
    """Expected seconds for the triple of features that have labels, sentences written anew."""
    rates = measured_rates(model.device, model.dtype)
    flops = 2 * WRITER_PARAMETERS * WRITTEN_TOKENS + 2 * n_parameters(model) * 1_000
    return n_features * (OVERHEAD * flops / rates.flops + 1.0)


def n_parameters(model: "LanguageModel") -> int:
    """Parameters of the model."""
    return sum(parameter.numel() for parameter in model.model.parameters())
