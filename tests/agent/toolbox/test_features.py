"""SAE features from request to answer, on the planted model: score, sweep, list, exclude, relabel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.conversation import Conversation
from agent.events import CardReady, Event, Failed, Said
from agent.planner.plan import Step
from agent.settings import Settings
from prompts.contrast import ContrastSentences
from sessions.card import FeatureCard, SweepCard
from tests.agent.scripted import ScriptedPlanner, step
from tests.planted_sae import (
    DEAD,
    DECISIVE,
    LABELS,
    MISLABELLED,
    N_FEATURES,
    SENTENCES,
    TOPICS,
    TWO_TOPICS,
    UNREAD,
    planted_model,
    planted_sae,
    sentences_about,
)
from tools.errors import ModelError, Stopped
from tools.sae.load import check_fits

CORPUS = sentences_about(DECISIVE, UNREAD, TWO_TOPICS, MISLABELLED)
FILLER = (
    "they saw the old house near the road .",
    "she asked what it was again .",
    "he gave the people a small hand .",
    "the quiet river took a big road .",
)


def _contrast(label: str, **asked: Any) -> ContrastSentences:
    """What a writer who knows the planted topics would write."""
    word = label.split(",")[0]
    meant = [
        feature
        for feature in SENTENCES
        if (LABELS[feature] == label and feature != MISLABELLED) or word in TOPICS[feature]
    ]
    positive = SENTENCES[meant[0]][:10] if meant else FILLER
    return ContrastSentences(
        label=label,
        positive=tuple(positive),
        negative=FILLER,
        writer="scripted",
        instructions="test/1",
        seed=asked.get("seed", 0),
        hard_negatives=False,
        made_by_templates=(0, 0),
    )


@pytest.fixture
def conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    monkeypatch.setenv("BENCHWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("agent.feature_sentences.write_contrast", _contrast)
    monkeypatch.setattr("agent.feature_sentences.available_writer", lambda llm, report: (None, ""))
    for module in ("score_feature", "relabel_feature", "sweep_features"):
        monkeypatch.setattr(
            f"agent.toolbox.{module}.feature_corpus", lambda model, seed=0, report=None: CORPUS
        )
        monkeypatch.setattr(
            f"agent.toolbox.{module}.known_labels",
            lambda bench, sae: (
                {feature: (label, "planted") for feature, label in LABELS.items()}
                | {
                    f: (label.label, label.method)
                    for f, label in bench.store.labels(sae.weights_hash).items()
                }
            ),
        )
        monkeypatch.setattr(f"agent.toolbox.{module}.seconds", lambda *arguments: 0.0)
    monkeypatch.setattr("agent.toolbox.score_feature.is_sampled", lambda model, seed: True)
    opened = Conversation(Settings(store_folder=tmp_path / "store", sae="planted"), planner=ScriptedPlanner())
    opened.bench.load = lambda name, report=None: planted_model()  # type: ignore[method-assign,assignment,misc]
    monkeypatch.setattr(opened.bench, "_load_sae", _load_planted)
    yield opened
    opened.close()


def _load_planted(name: str, model: object, report: object) -> object:
    if name != "planted":
        raise ModelError(f"There is no SAE {name}.", "Name another.")
    return planted_sae()


def _cards(events: list[Event]) -> list[Any]:
    return [event.card for event in events if isinstance(event, CardReady)]


def _said(events: list[Event]) -> str:
    return "\n".join(event.text for event in events if isinstance(event, Said))


def _ask(conversation: Conversation, words: str, wish: Step) -> list[Event]:
    """Send words that the planner understands as this step."""
    conversation.planner.plans = {words: [wish]}  # type: ignore[attr-defined]
    return list(conversation.send(words))


def test_a_feature_gets_a_card_with_the_triple_its_reading_and_the_writer(conversation: Conversation) -> None:
    events = list(conversation.send(step("score_feature", features=[DECISIVE])))
    (card,) = _cards(events)
    assert isinstance(card, FeatureCard)
    assert (card.feature, card.label, card.label_method) == (DECISIVE, "animals", "planted")
    assert card.levels.interp == card.levels.mui == "high"
    assert card.sentences is not None
    assert card.sentences.writer == "scripted"
    assert (card.context.sae, card.context.feature) == ("planted", DECISIVE)
    assert conversation.store.card(card.id) == card


def test_the_last_feature_is_the_one_that_is_meant_without_a_number(conversation: Conversation) -> None:
    list(conversation.send(step("score_feature", features=[UNREAD])))
    assert conversation.bench.view().last_feature == UNREAD
    (card,) = _cards(list(conversation.send(step("score_feature", scores=["mui"]))))
    assert card.feature == UNREAD
    assert card.mui.value == pytest.approx(0.0, abs=1e-6)
    assert (card.purity.value, card.interp_score.value) == (None, None)


def test_a_mislabelled_feature_is_looked_up_in_the_corpus(conversation: Conversation) -> None:
    (card,) = _cards(list(conversation.send(step("score_feature", features=[MISLABELLED]))))
    assert card.levels.interp == "low"
    assert card.levels.mui == "high"
    assert card.purity.n >= 10
    assert card.firings and card.firings > 10


def test_a_dead_feature_says_so(conversation: Conversation) -> None:
    (card,) = _cards(list(conversation.send(step("score_feature", features=[DEAD]))))
    assert card.reading == "dead or noise"
    assert card.firings == 0
    assert card.mui.value is None


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (step("score_feature", features=[N_FEATURES]), "no feature 8"),
        (step("score_feature"), "Which feature"),
        (step("score_feature", features=[1], scores=["beauty"]), "no feature score"),
        (step("sweep_features", features=[99]), "no feature 99"),
        (step("list_features", reading="lovely"), "no reading"),
        (step("list_features"), "not been swept"),
        (step("load_sae", sae="nowhere"), "no SAE nowhere"),
    ],
)
def test_what_the_user_can_put_right_is_one_sentence(
    conversation: Conversation, wish: Step, message: str
) -> None:
    failed = list(conversation.send(wish))[-1]
    assert isinstance(failed, Failed)
    assert message in failed.message
    assert failed.next_step


def test_an_sae_that_does_not_fit_is_refused_and_the_old_one_stays(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(conversation.send(step("score_feature", features=[UNREAD], scores=["mui"])))

    def refuse(sae: object, model: object) -> None:
        raise ModelError("The SAE reads a stream of width 7.", "Load its own model.")

    with monkeypatch.context() as patch:
        patch.setattr("tools.sae.load.check_fits", refuse)
        failed = list(conversation.send(step("load_sae", sae="planted")))[-1]
    assert isinstance(failed, Failed)
    assert "width 7" in failed.message
    check_fits(conversation.bench.sae(), planted_model())
    assert conversation.bench.last_feature == UNREAD


def test_a_sweep_ends_in_a_card_and_lists_are_answered_from_its_table(conversation: Conversation) -> None:
    (card,) = _cards(list(conversation.send(step("sweep_features"))))
    assert isinstance(card, SweepCard)
    assert sum(card.counts.values()) == card.n_features == N_FEATURES
    assert card.n_dead == 3
    assert Path(card.table).exists()
    dead = _said(list(conversation.send(step("list_features", reading="dead or noise"))))
    assert "3 features read as dead or noise" in dead
    assert "fires nowhere" in dead or "sports" in dead
    top = _said(list(conversation.send(step("list_features", top=2)))).splitlines()
    assert len(top) == 4  # heading, two rows, and where the rest is
    assert "list" not in _cards(list(conversation.send(step("list_cards"))))


def test_excluded_features_are_left_out_until_the_filter_is_cleared(conversation: Conversation) -> None:
    list(conversation.send(step("sweep_features")))
    told = _said(
        _ask(conversation, "filter out the dead ones", step("list_features", reading="dead or noise"))
    )
    assert "Excluded 3 features (dead or noise); 3 are excluded now" in told
    assert "No feature" in _said(list(conversation.send(step("list_features", reading="dead or noise"))))
    (card,) = _cards(list(conversation.send(step("sweep_features"))))
    assert (card.n_features, card.n_excluded, card.n_dead) == (N_FEATURES - 3, 3, 0)
    assert "on your list" in _said(
        list(conversation.send(step("score_feature", features=[DEAD], scores=["mui"])))
    )
    assert "3 features are no longer" in _said(_ask(conversation, "clear the filter", step("list_features")))
    (card,) = _cards(list(conversation.send(step("sweep_features"))))
    assert card.n_features == N_FEATURES


def test_features_are_filtered_by_number_and_by_reading_and_let_back_in(conversation: Conversation) -> None:
    def told(**arguments: Any) -> str:
        return _said(list(conversation.send(step("filter_features", **arguments))))

    def excluded() -> set[int]:
        return set(conversation.store.excluded_features(planted_sae().weights_hash))

    list(conversation.send(step("sweep_features")))
    assert "Excluded 2 features; 2 are excluded now" in told(features=[DECISIVE, UNREAD])
    assert "Excluded 3 features (dead or noise); 5 are excluded now" in told()
    assert "3 features are no longer" in told(reading="dead or noise", keep=True)
    assert excluded() == {DECISIVE, UNREAD}
    assert "1 feature is no longer" in told(features=[UNREAD, DEAD], keep=True)
    assert "1 feature is no longer" in told(keep=True)
    assert "None of these" in told(keep=True)
    failed = list(conversation.send(step("filter_features", features=[99])))[-1]
    assert isinstance(failed, Failed)
    assert "no feature 99" in failed.message


def test_a_question_about_filtering_filters_nothing(conversation: Conversation) -> None:
    list(conversation.send(step("sweep_features")))
    wish = step("list_features", reading="dead or noise")
    assert "3 features read as" in _said(_ask(conversation, "which features should I filter out?", wish))
    assert not conversation.store.excluded_features(planted_sae().weights_hash)


def test_a_better_label_is_kept_with_its_history_and_told_with_both_scores(
    conversation: Conversation,
) -> None:
    told = _said(list(conversation.send(step("relabel_feature", features=[MISLABELLED]))))
    assert "instead of 'stormy weather'" in told
    assert "InterpScore" in told
    history = conversation.store.label_history(planted_sae().weights_hash, MISLABELLED)
    assert history[0].label == "stormy weather"
    assert history[-1].kept
    (card,) = _cards(
        list(conversation.send(step("score_feature", features=[MISLABELLED], scores=["interp_score"])))
    )
    assert card.label == history[-1].label
    assert card.levels.interp == "high"


def test_a_label_that_is_no_better_is_not_kept(conversation: Conversation) -> None:
    told = _said(list(conversation.send(step("relabel_feature", features=[DECISIVE]))))
    assert "keeps 'animals'" in told
    history = conversation.store.label_history(planted_sae().weights_hash, DECISIVE)
    assert [label.kept for label in history] == [True, False]
    assert conversation.store.labels(planted_sae().weights_hash)[DECISIVE].label == "animals"


def test_a_dead_feature_cannot_be_renamed(conversation: Conversation) -> None:
    assert "fires nowhere" in _said(list(conversation.send(step("relabel_feature", features=[DEAD]))))


def test_stopping_keeps_what_was_scored(conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object, **named: object) -> None:
        raise Stopped

    monkeypatch.setattr("tools.features.mui.score", stop)
    events = list(conversation.send(step("score_feature", features=[DECISIVE, UNREAD])))
    (card,) = _cards(events)
    assert card.partial
    assert card.interp_score.value is not None
    assert "Stopped" in _said(events)


def test_a_session_that_goes_on_remembers_sae_and_feature(conversation: Conversation) -> None:
    list(conversation.send(step("load_sae", sae="planted")))
    list(conversation.send(step("score_feature", features=[UNREAD], scores=["mui"])))
    settings = Settings(store_folder=conversation.bench.settings.store_folder)
    again = Conversation(settings, conversation.session_id)
    assert (again.bench.settings.sae, again.bench.last_feature) == ("planted", UNREAD)
    again.close()
