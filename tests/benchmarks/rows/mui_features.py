"""MUI's ablations of many features over one corpus: read once, and many features to a pass."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Contest, Subjects
from tests.slow_twins import FullPasses

if TYPE_CHECKING:
    import torch

    from tools.models.language_model import LanguageModel
    from tools.sae.activations import TextResiduals
    from tools.sae.load import LoadedSae

WORK = "MUI, 200 features over a shared corpus"
AGAINST = "a full pass per (feature, position)"
TARGET = 100.0

FEATURES, PLACES = 200, 10
"""Each feature is ablated at up to PLACES positions where it fires."""
TEXTS, WORDS = 8, 75
"""A full pass costs as much as its text is long, a shadow token what one token costs."""
SAMPLE = 16
"""(feature, position) pairs that the slow side is timed on."""


def contest(subjects: Subjects) -> Contest:
    """English that every Python brings along, in passages; features that fire in it."""
    import torch

    from tools.sae.ablation import ablate_many
    from tools.sae.activations import residuals

    model, sae = subjects.model, subjects.sae
    texts = corpus(TEXTS)
    triples = firings(model, sae, list(residuals(model, sae, texts)))
    sample = triples[:: max(1, len(triples) // SAMPLE)][:SAMPLE]
    layer = sae.hook_point.entry - 1
    full = {
        text: FullPasses(model, torch.tensor(model.tokenizer(texts[text])["input_ids"]), layer)
        for text, _, _ in sample
    }
    # A text's stream and its unchanged prediction serve all of its pairs: they are not counted.
    vectors = [
        sae.without(full[text].stream[[position]], torch.tensor([feature]))[0]
        for text, feature, position in sample
    ]
    assert all(len(each.unchanged) for each in full.values())

    n_tokens = sum(len(model.tokenizer(text)["input_ids"]) for text in texts)

    def ours() -> "torch.Tensor":
        read = list(residuals(model, sae, texts))
        return ablate_many(model, sae, read, triples).kl

    def theirs() -> "torch.Tensor":
        pairs = zip(sample, vectors, strict=True)
        return torch.tensor([full[text].divergence(place, vector)[0] for (text, _, place), vector in pairs])

    def difference(ours: "torch.Tensor", theirs: "torch.Tensor") -> float:
        where = [triples.index(triple) for triple in sample]
        return float((ours[where] - theirs).abs().max())

    return Contest(
        ours=ours,
        theirs=theirs,
        difference=difference,
        scale=len(triples) / len(sample),
        note=(
            f"{len(triples)} pairs in {TEXTS} texts of {n_tokens // TEXTS} tokens; the slow side "
            f"timed on {len(sample)} of them and scaled; difference in nats"
        ),
    )


def corpus(n: int) -> list[str]:
    """n passages of the Python manual, each of as many sentences as WORDS words take."""
    from pydoc_data.topics import topics

    from tools.sae.sentences import sentences

    passages, words = [], []
    for sentence in sentences(topics.values()):
        words += sentence.split()
        if len(words) >= WORDS:
            passages.append(" ".join(words))
            words = []
        if len(passages) == n:
            break
    return passages


def firings(
    model: "LanguageModel", sae: "LoadedSae", read: Sequence["TextResiduals"]
) -> list[tuple[int, int, int]]:
    """(text, feature, position): of the FEATURES that fire most often, at PLACES positions spread evenly."""
    import torch

    from tools.sae.activations import FIRES_ABOVE

    fires = [(sae.encode(text.stream) > FIRES_ABOVE) & text.counts[:, None] for text in read]
    often = torch.stack([each.sum(0) for each in fires]).sum(0).argsort(descending=True, stable=True)
    triples = []
    for feature in often[:FEATURES].tolist():
        places = [
            (text, feature, position)
            for text, each in enumerate(fires)
            for position in each[:, feature].nonzero()[:, 0].tolist()
        ]
        triples += places[:: -(-len(places) // PLACES)]
    return triples
