"""MUI's ablations in one sentence, at every position of it: one pass for all, from the SAE's layer on."""

from typing import TYPE_CHECKING

from tests.benchmarks.measure import Contest, Subjects

if TYPE_CHECKING:
    from tools.sae.ablation_passes import Ablations

WORK = "MUI, one 25-token sentence, all positions"
AGAINST = "a full pass per position"
TARGET = 25.0

SENTENCE = "When the old fisherman came back to the harbour in the evening, he sold his fish to the baker and went home."
TOKENS = 25


def contest(subjects: Subjects) -> Contest:
    """At each position the feature that is strongest there."""
    import torch

    from tools.sae.ablation import ablate, ablate_one_by_one
    from tools.sae.activations import residuals_of_tokens

    model, sae = subjects.model, subjects.sae
    ids = torch.tensor(model.tokenizer(SENTENCE)["input_ids"][:TOKENS])
    strongest = sae.encode(residuals_of_tokens(model, sae, ids).stream).argmax(dim=1).tolist()
    pairs = [(feature, position) for position, feature in enumerate(strongest)]
    return Contest(
        ours=lambda: ablate(model, sae, ids, pairs),
        theirs=lambda: ablate_one_by_one(model, sae, ids, pairs),
        difference=largest_difference,
        rounds=5,
        note=f"{len(ids)} tokens; difference in nats",
    )


def largest_difference(ours: "Ablations", theirs: "Ablations") -> float:
    """Between the KLs."""
    return float((ours.kl - theirs.kl).abs().max())
