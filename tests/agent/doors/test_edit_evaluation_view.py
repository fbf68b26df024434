"""What the panel of an evaluation shows, and that nothing hostile gets through."""

from agent.doors.edit_evaluation_view import edit_evaluation_panel
from tests.agent.doors.test_edit_view import HOSTILE, shown
from tests.sessions.cards.edit_evaluation_samples import evaluation_card, fact, prompt


def test_every_measure_stands_beside_that_of_the_unedited_model() -> None:
    text = shown(edit_evaluation_panel(evaluation_card()))
    for expected in (
        "S 60.0 · 2 edits of facts.json",
        "ES",
        "50.0 9.5 to 90.5 0.0",
        "EM",
        "1 of 3 records rejected: record 3: The subject 'X' is not in the prompt 'Y'.",
        "1 edit did not take: 2: The Eiffel Tower is located in → Berlin",
        "layer 8 · seed 0",
        "proven by hash",
    ):
        assert expected in text, expected


def test_a_stopped_one_says_how_far_it_came() -> None:
    text = shown(edit_evaluation_panel(evaluation_card(partial=True, n_records=100)))
    assert "Stopped early: 2 of 99 edits had their turn. Ask again to go on." in text


def test_facts_without_a_true_answer_show_accuracies_first() -> None:
    asked = prompt("efficacy", 0.75, rival=None)
    bare = asked.model_copy(
        update={
            name: each.model_copy(update={"rival": None})
            for name, each in (("before", asked.before), ("after", asked.after))
            if each is not None
        }
    )
    text = shown(edit_evaluation_panel(evaluation_card(fact(1, prompts=(bare,)), form="accuracy")))
    assert "Score - · 1 edit" in text
    assert "Efficacy" in text
    assert "ES " not in text.split("SmolLM2")[0].split("rejected")[0]


def test_hostile_text_is_shown_as_text() -> None:
    card = evaluation_card(
        fact(1, 0.125, subject=HOSTILE, target=HOSTILE, not_edited=HOSTILE, layer=None),
        facts_from=HOSTILE,
        layout=HOSTILE,
    )
    text = shown(edit_evaluation_panel(card))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x[/red]" in text
