"""The text that edits are computed on: sentences that the model itself wrote, unedited where it can be."""

from typing import TYPE_CHECKING

from agent.feature_corpus import TOKENS, feature_corpus, kept_corpus
from agent.workbench import Workbench
from tools.progress import Report

if TYPE_CHECKING:
    from tools.editing.edit import EditSettings
    from tools.models.language_model import LanguageModel

ESSENCE = "{} is a"
"""What should go on after a subject as it did, whatever is edited of it."""


def edit_settings(bench: Workbench, model: "LanguageModel", report: Report) -> "EditSettings":
    """How an edit of the model on the bench is computed, with its text (sampled at the first call for a model)."""
    from tools.editing.edit import EditSettings

    seed = bench.settings.seed
    writer = corpus_writer(bench, model)
    kept = kept_corpus(writer, seed)
    texts = kept if kept is not None else feature_corpus(model, seed, report)
    return EditSettings(
        texts=lambda: texts,
        corpus_id=corpus_id(writer, seed),
        essence=ESSENCE,
        seed=seed,
    )


def corpus_id(writer: str, seed: int) -> str:
    """Names the text that weights of this hash wrote, or will."""
    return f"sampled from {writer}, seed {seed}, {TOKENS} tokens"


def corpus_writer(bench: Workbench, model: "LanguageModel") -> str:
    """Hash of the weights that wrote the text, or will: those below all edits, where their text is kept."""
    unedited = bench.edits.unedited_hash(model)
    return unedited if kept_corpus(unedited, bench.settings.seed) is not None else model.weights_hash
