"""The three scores of one feature on given sentences: batches and shadow tokens against single passes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.benchmarks.measure import Contest, Subjects
from tests.slow_twins import FullPasses

if TYPE_CHECKING:
    import torch

    from tools.features import FeatureScore
    from tools.models.language_model import LanguageModel
    from tools.progress import Report
    from tools.sae.ablation_passes import Ablations, Work
    from tools.sae.load import LoadedSae

WORK = "triple for one feature, sentences given"
AGAINST = "20 single passes and a pass per ablation"
TARGET = 20.0

POSITIVE = (
    "The doctor told the patient to take the medicine twice a day.",
    "A nurse in the hospital gave the sick child something for the pain.",
    "The surgeon washed his hands before the operation began.",
    "Her physician was worried about the results of the blood test.",
    "Many patients waited in the clinic until the doctor arrived.",
    "The new drug helps people who suffer from a disease of the heart.",
    "After the accident he spent three weeks in hospital with a broken leg.",
    "The dentist said that the tooth had to be treated at once.",
    "Doctors recommend this treatment to patients with a high fever.",
    "The pharmacist explained how the medicine should be taken.",
)
NEGATIVE = (
    "The train to the coast leaves from the second platform at noon.",
    "He painted the fence white and planted roses along the path.",
    "The orchestra rehearsed the symphony all afternoon.",
    "Two hikers crossed the river where the water was shallow.",
    "She sold the old car and bought a bicycle instead.",
    "The committee will vote on the new budget next Tuesday.",
    "Snow covered the roofs of the village for most of the winter.",
    "The chess players shook hands after a long and quiet game.",
    "They baked bread for the market before the sun came up.",
    "The museum opened a room full of ancient coins and maps.",
)


def contest(subjects: Subjects) -> Contest:
    """The feature that tells these sentences apart best."""
    model, sae = subjects.model, subjects.sae
    feature = telling_feature(model, sae)
    triple(model, sae, feature)  # loads what embeds sentences

    def theirs() -> "list[FeatureScore]":
        with single_passes():
            return triple(model, sae, feature)

    return Contest(
        ours=lambda: triple(model, sae, feature),
        theirs=theirs,
        difference=largest_difference,
        note=f"feature {feature}; embeddings are the same on both sides",
    )


def triple(model: "LanguageModel", sae: "LoadedSae", feature: int) -> "list[FeatureScore]":
    """InterpScore, FeaturePurityScore and MUI with its control, as the product scores a feature."""
    from tools.features import interp_score, mui, purity

    contrast = interp_score.contrast_activations(model, sae, feature, POSITIVE, NEGATIVE)
    firing = [each for each in contrast.positive if each.fires]
    return [
        interp_score.score(contrast),
        purity.score(firing),
        mui.score(model, sae, feature, [each.text for each in firing], read=contrast.read),
    ]


def telling_feature(model: "LanguageModel", sae: "LoadedSae") -> int:
    """The feature whose mean maximum is furthest above on the positive sentences."""
    import torch

    from tools.sae.activations import residuals

    maxima = torch.stack(
        [
            sae.encode(text.stream)[text.counts].max(dim=0).values
            for text in residuals(model, sae, [*POSITIVE, *NEGATIVE])
        ]
    )
    n = len(POSITIVE)
    return int((maxima[:n].mean(0) - maxima[n:].mean(0)).argmax())


def largest_difference(ours: "Sequence[FeatureScore]", theirs: "Sequence[FeatureScore]") -> float:
    """Between the values of the scores."""
    return max(
        abs((one.value or 0.0) - (other.value or 0.0)) for one, other in zip(ours, theirs, strict=True)
    )


@contextmanager
def single_passes() -> Iterator[None]:
    """Inside, every text is read by a full pass of its own, and every ablation is finished by one."""
    with (
        patch("tools.sae.activations._streams", _streams_one_by_one),
        patch("tools.sae.ablation.run", _run_one_by_one),
    ):
        yield


def _streams_one_by_one(
    model: "LanguageModel", decoder: Any, sae: "LoadedSae", all_ids: Sequence[Sequence[int]]
) -> "list[torch.Tensor]":
    import torch

    return [FullPasses(model, torch.tensor(ids), sae.hook_point.entry - 1).stream for ids in all_ids]


def _run_one_by_one(work: "Work", report: "Report") -> "Ablations":
    import torch

    from tools.sae.ablation_passes import Ablations

    texts = [FullPasses(work.model, text.token_ids, work.entry - 1) for text in work.texts]
    found = []
    for index, (text, position) in enumerate(work.places):
        (vector,) = work.replace(work.texts[text].stream[[position]], torch.tensor([index]))
        found.append(texts[text].divergence(position, vector))
    kl, entropy = torch.tensor(found).T
    return Ablations(kl, entropy, 0.0, "one_row_each")
