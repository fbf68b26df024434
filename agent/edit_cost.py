"""How long work on edits will take: a roofline estimate like that of suites (`tools.models.cost`).

The numbers of tokens say in how much reading the work was measured to be worth, on a 135M model and a CPU.
"""

from typing import TYPE_CHECKING

from agent.edit_corpus import corpus_id, corpus_writer
from agent.feature_corpus import TOKENS, kept_corpus
from agent.workbench import Workbench
from tools.errors import UserError
from tools.models.cost import OVERHEAD, measured_rates

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

COMPUTED_TOKENS = 1_300
"""The search for the value; only layers above the edited one run."""
COVARIANCE_TOKENS = 10_000
"""The text read up to the edited layer."""
VALIDATED_TOKENS = 3_000
"""Paraphrases, unrelated and neutral texts with and without the edit, and what the model says by itself."""
PROMPT_TOKENS = 500
"""Prompts of one fact of a file, each with two answers, read once whole and once from the edited layer up."""
BENCHMARK_TOKENS = 40_000
"""Probes before and after, further edits with their readings, paragraphs."""
BYTES_HASHED_PER_S = 1e9
HASHED = 1
"""Times that all weights are hashed; after an edit, what stands before it is not read again."""


def edit_seconds(bench: Workbench, model: "LanguageModel") -> float:
    """Expected seconds of an edit; its text and the covariance count where they may not be there yet."""
    tokens = COMPUTED_TOKENS
    if kept_corpus(corpus_writer(bench, model), bench.settings.seed) is None:
        tokens += TOKENS
    if not _has_covariance(bench, model):
        tokens += COVARIANCE_TOKENS
    return _reading(model, tokens) + validation_seconds(model)


def evaluation_seconds(bench: Workbench, model: "LanguageModel", n_edits: int) -> float:
    """Expected seconds of evaluating so many edits, each with its prompts before and after."""
    n_bytes = _n_parameters(model) * next(model.model.parameters()).element_size()
    each = _reading(model, COMPUTED_TOKENS + PROMPT_TOKENS) + n_bytes / BYTES_HASHED_PER_S
    first = edit_seconds(bench, model) - _reading(model, COMPUTED_TOKENS) - validation_seconds(model)
    return first + n_edits * each


def validation_seconds(model: "LanguageModel") -> float:
    """Expected seconds of trying an edit that is computed already."""
    n_bytes = _n_parameters(model) * next(model.model.parameters()).element_size()
    return _reading(model, VALIDATED_TOKENS) + HASHED * n_bytes / BYTES_HASHED_PER_S


def benchmark_seconds(model: "LanguageModel", n_benchmarks: int) -> float:
    """Expected seconds of so many of the edit benchmarks."""
    from tools.edit_benchmarks import edit_benchmarks

    return _reading(model, BENCHMARK_TOKENS) * n_benchmarks / len(edit_benchmarks())


def _has_covariance(bench: Workbench, model: "LanguageModel") -> bool:
    """Whether the covariance of the layer that would be edited is kept."""
    from tools.editing.covariance import is_kept
    from tools.editing.layer_choice import known_layer
    from tools.models.cached_folder import cache_root

    folder = cache_root() / "editing"
    text = corpus_id(corpus_writer(bench, model), bench.settings.seed)
    try:
        layer = known_layer(model, folder)
        return layer is not None and is_kept(model, layer, corpus_id=text, folder=folder)
    except UserError:  # a model that cannot be edited, which the edit will say
        return False


def _reading(model: "LanguageModel", n_tokens: int) -> float:
    return OVERHEAD * 2 * _n_parameters(model) * n_tokens / measured_rates(model.device, model.dtype).flops


def _n_parameters(model: "LanguageModel") -> int:
    return sum(parameter.numel() for parameter in model.model.parameters())
