"""MUI's ablations in one sentence, at every position of it: one pass for all, from the SAE's layer on."""

from typing import TYPE_CHECKING

from tests.benchmarks.measure import Contest, Subjects
from tests.slow_twins import FullPasses

if TYPE_CHECKING:
    import torch

WORK = "MUI, one 25-token sentence, all positions"
AGAINST = "a full pass per position"
TARGET = 25.0

SENTENCE = (
    "When the old fisherman came back to the harbour with his dog, he sold all of his fish to the baker and "
    "went home to his family."
)
TOKENS = 25


def contest(subjects: Subjects) -> Contest:
    """At each position the feature that is strongest there."""
    import torch

    from tools.sae.ablation import ablate

    model, sae = subjects.model, subjects.sae
    ids = torch.tensor(model.tokenizer(SENTENCE)["input_ids"][:TOKENS])
    stream = FullPasses(model, ids, sae.hook_point.entry - 1).stream
    strongest = sae.encode(stream).argmax(dim=1)
    pairs = [(feature, position) for position, feature in enumerate(strongest.tolist())]

    def theirs() -> "torch.Tensor":
        text = FullPasses(model, ids, sae.hook_point.entry - 1)
        vectors = sae.without(text.stream, strongest)
        return torch.tensor([text.divergence(position, vectors[position])[0] for _, position in pairs])

    return Contest(
        ours=lambda: ablate(model, sae, ids, pairs).kl,
        theirs=theirs,
        difference=lambda ours, theirs: float((ours - theirs).abs().max()),
        rounds=5,
        note=f"{len(ids)} tokens; difference in nats",
    )
