"""A text about a card holds no number that the card does not have, and where it belongs."""

from pathlib import Path
from typing import Any

import pytest

from agent.card_account import plain_account
from agent.card_figures import figures_of
from agent.endpoint import Endpoint
from agent.events import CardReady
from agent.grounding import grounded_answer, unfounded
from sessions.card import CapabilityCard
from tests.agent.scripted import ScriptedPlanner, scripted_conversation, step
from tests.scripted_llm import Answer, scripted_llm

TOLD: list[Any] = [
    {
        "kind": "capability",
        "overall": 56.3,
        "dimensions": [
            {
                "capability": "cot_math",
                "score": 62.5,
                "interval": [42.7, 78.8],
                "n": 24,
                "subtypes": [{"name": "rates", "score": 25.0, "n": 4}],
            },
            {"capability": "refusal", "score": 50.0, "interval": [31.4, 68.6], "n": 22, "method": "binary"},
        ],
        "context": {"model": "SmolLM2-135M", "step": 800},
    }
]


@pytest.mark.parametrize(
    "text",
    [
        "cot_math is at 62.5 (95 % interval 42.7 to 78.8).",
        "At step 800, CoT math scores 62.5 [43–79] on 24 prompts, its rates 25.",
        "Refusal reaches 50 %, between 31.4 and 68.6. SmolLM2-135M is at 56.3 overall.",
        "The two dimensions do not differ beyond their intervals.",
        "Next, ask for more prompts.",
    ],
)
def test_numbers_of_the_card_may_stand_as_they_are_or_rounded(text: str) -> None:
    assert unfounded(text, TOLD) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cot_math is at 73.0.", "73.0"),
        ("cot_math is at 62.4.", "62.4"),
        ("cot_math is 12.5 points above refusal.", "12.5"),
        ("Refusal is at 62.5.", "62.5"),  # that is cot_math's
        ("Rates are at 50.", "50"),
        ("It gets 95 % right.", "95"),
        ("It gets ninety right.", "ninety"),
        ("It is twice as good at math.", "twice"),
        ("It solves half of them.", "half"),
        ("It solves ½ of them.", "½"),
        ("cot_math fell by -62.5.", "-62.5"),
        ("See https://example.org.", "form"),
        ("It is good. " * 10, "length"),
    ],
)
def test_a_number_that_is_not_there_is_found(text: str, fault: str) -> None:
    found = unfounded(text, TOLD)
    assert found is not None and fault in found


@pytest.fixture
def card(tmp_path: Path) -> CapabilityCard:
    plans = {
        "go": [
            step(
                "run_benchmark",
                dimensions=[
                    {"capability": "arithmetic", "n_prompts": 4},
                    {"capability": "refusal", "n_prompts": 4},
                ],
            )
        ]
    }
    conversation = scripted_conversation(tmp_path, ScriptedPlanner(plans))
    made = [event.card for event in conversation.send("go") if isinstance(event, CardReady)]
    assert isinstance(made[0], CapabilityCard)
    return made[0]


def test_the_model_sees_no_outputs_and_no_prompts(card: CapabilityCard) -> None:
    told = repr(figures_of([card]))
    assert "arithmetic" in told and "score" in told
    assert "The answer is 42" not in told
    assert card.dimensions[0].cases[0].prompt not in told
    assert card.session not in told


def test_a_text_that_keeps_to_the_card_is_said(card: CapabilityCard) -> None:
    score = f"{card.dimensions[1].score:.1f}"
    with scripted_llm(Answer(f"Refusal is at {score} here. Next, ask for more prompts.")) as server:
        told = grounded_answer([card], "go", Endpoint(server.base_url, "scripted"))
    assert told == f"Refusal is at {score} here. Next, ask for more prompts."


@pytest.mark.parametrize(
    "answer",
    [Answer("Refusal is at 99.9."), Answer(""), Answer("x", status=500), Answer("Half", finish="length")],
)
def test_anything_else_gives_the_plain_account(card: CapabilityCard, answer: Answer) -> None:
    with scripted_llm(answer) as server:
        told = grounded_answer([card], "go", Endpoint(server.base_url, "scripted"))
    assert told.startswith(plain_account([card]))
    assert "99.9 here" not in told
    assert f"refusal scores {card.dimensions[1].score:.1f}" in told
