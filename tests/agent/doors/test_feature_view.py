"""What the feature panel shows, on a console of fixed width, and that nothing hostile gets through."""

import io

from rich.console import Console

from agent.doors.feature_view import feature_panel
from sessions.card import FeatureCard
from tests.sessions.cards.test_feature import card, score

HOSTILE = "[red]x[/red] \x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link \u202eabc [link=file:///etc]y[/link]"


def _shown(made: FeatureCard, width: int = 120) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False, force_terminal=False).print(feature_panel(made))
    return file.getvalue()


def _sentence(text: str, strongest: int, maximum: float) -> dict[str, object]:
    tokens = [(" " if i else "") + word for i, word in enumerate(text.split())]
    return {
        "text": text,
        "tokens": tokens,
        "strongest": strongest,
        "maximum": maximum,
        "fires": maximum > 0.001,
    }


POSITIVE = [
    _sentence("A weak pope waved", 2, 1.5),
    _sentence("The pope waved from Rome", 1, 8.41),
    _sentence("Our president slept badly", 1, 6.93),
    _sentence("Nobody saw the pope", 3, 0.5),
]
NEGATIVE = [_sentence("The soup was cold", 1, 0.0), _sentence("Hail fell on streets", 0, 0.12)]
ROWS = [
    {"token": " pope", "context": "where the pope\n lives", "activation": 9.75, "kl": 0.2841, "entropy": 2.3},
    {"token": " Rome", "context": "back to Rome", "activation": 6.12, "kl": 0.1503, "entropy": 1.25},
]


def _full() -> FeatureCard:
    return card(
        score(0.9, d=1.4, auroc=0.97, p=0.0012, null_percentile=99.0, positive=POSITIVE, negative=NEGATIVE),
        score(0.81, mean_cosine=0.62, z=7.3, beats_random=True),
        score(0.2, mean_kl=0.1752, positions=ROWS),
    )


def test_three_scores_with_bars_intervals_levels_and_what_stands_beside_them() -> None:
    shown = _shown(_full())
    for expected in (
        "feature 421 · president, pope",
        "InterpScore",
        "90.0",
        "88–92",
        "d 1.40, AUROC 0.97, p 0.0012",
        "Purity",
        "81.0",
        "z 7.3",
        "MUI",
        "20.0",
        "Reading: decorative.",
        "high from 0.6 / 0.6 / 0.6 · fires at 90 tokens",
        "sentences by templates · contrast/1 · seed 3",
        "label made by top_tokens",
        "SAE demo · layer 15 · topk · 4,096 features",
        "The label lists words",
    ):
        assert expected in " ".join(shown.replace("│", " ").split()), expected


def test_the_strongest_sentences_of_both_sets_come_first_with_the_strongest_token_marked() -> None:
    shown = _shown(_full())
    assert shown.index("The [pope] waved from Rome") < shown.index("Our [president] slept badly")
    assert shown.index("Our [president] slept badly") < shown.index("A weak [pope] waved")
    assert "Nobody saw" not in shown  # three of each set
    assert "[Hail] fell on streets" in shown
    assert "The soup was cold" in shown  # it does not fire, so no token is marked


def test_the_ablation_rows_show_token_activation_and_divergence() -> None:
    shown = " ".join(_shown(_full()).replace("│", " ").split())
    assert "9.75 0.2841 2.30 pope where the pope\\n lives" in shown
    assert "6.12 0.1503 1.25 Rome back to Rome" in shown


def test_an_unscored_feature_shows_why_and_no_zero() -> None:
    shown = _shown(card(None, score(None), score(None), label=None, contrast=None, firings=0))
    assert "no label" in shown
    assert "unscored" in shown
    assert "It never fires." in shown
    assert "Reading: dead or noise." in shown
    assert "0.0" not in shown


def test_an_uncertain_reading_shows_the_reasons() -> None:
    shown = _shown(card(score(0.61), score(0.9), score(0.9)))
    assert "Reading: uncertain. No verdict: it may be ideal or mislabelled." in shown
    assert "InterpScore's 95 % interval, 0.59 to 0.63, spans 0.6." in shown


def test_hostile_text_is_shown_as_it_is() -> None:
    sentence = {"text": HOSTILE, "tokens": [HOSTILE], "strongest": 0, "maximum": 2.0, "fires": True}
    row = {"token": HOSTILE, "context": HOSTILE, "activation": 1.0, "kl": 0.5}
    made = card(score(0.9, positive=[sentence]), score(0.9), score(0.9, positions=[row]), label=HOSTILE)
    shown = _shown(made, 200)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]x[/red]" in shown
    assert "\\x1b[31m" in shown


def test_details_of_another_form_do_no_harm() -> None:
    made = card(
        score(0.9, positive="all", negative=[1, {"text": "plain", "tokens": None}], d="inf"),
        score(0.9),
        score(0.9, positions={"a": 1}),
    )
    shown = _shown(made)
    assert "plain" in shown


def test_a_long_sentence_is_cut_around_its_strongest_token() -> None:
    text = " ".join(f"word{i}" for i in range(100))
    shown = _shown(card(score(0.9, positive=[_sentence(text, 50, 3.0)]), score(0.9), score(0.9)))
    assert "[word50]" in shown
    assert "word1 " not in shown
    assert "…" in shown
