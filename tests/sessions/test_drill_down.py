"""A score taken apart, with patterns that can be reckoned by hand."""

import pytest

from prompts.suite import Suite
from sessions.card import CapabilityCard
from sessions.drill_down import drill_down, in_words
from tests.sessions import samples
from tools.cases import Case
from tools.errors import StoreError
from tools.results import Credit


def _card(credits: dict[str, list[float | None]], words: int = 3) -> CapabilityCard:
    """A card whose cases of each sub-type got these credits."""
    cases, given = [], []
    for subtype, values in credits.items():
        for number, value in enumerate(values):
            case_id = f"{subtype}-{number}"
            prompt = " ".join([f"{subtype} {number}", *["word"] * words])
            cases.append(Case(id=case_id, prompt=prompt, subtype=subtype, difficulty="easy", target="x"))
            given.append(
                Credit(case_id=case_id, value=value, output=f"output {case_id}")
                if value is not None
                else Credit(case_id=case_id, unscored_reason="no sandbox")
            )
    suite = Suite(capability="knowledge_mcq", scoring="binary", generator="x/1", seed=0, cases=tuple(cases))
    return samples.card("s-000000", samples.dimension(suite, tuple(given)))


def test_subtypes_come_lowest_first_and_the_worst_cases_with_the_models_output() -> None:
    drill = drill_down(_card({"good": [1.0] * 5, "bad": [0.0, 0.2, 1.0]}))
    assert [part.name for part in drill.subtypes] == ["bad", "good"]
    assert [(case.id, case.credit, case.output) for case in drill.worst] == [
        ("bad-0", 0.0, "output bad-0"),
        ("bad-1", 0.2, "output bad-1"),
    ]


def test_a_subtype_that_all_failures_share_is_found_with_its_numbers() -> None:
    drill = drill_down(_card({"good": [1.0] * 12, "bad": [0.0] * 12}))
    assert drill.patterns[0].what == (
        "sub-type good: mean credit 1.00 over 12 cases, against 0.00 over the other 12"
    )
    # Completely apart, n = 12 and 12: Mann-Whitney p is about 1e-6 with ties; Holm over two looks at most doubles it.
    assert drill.patterns[0].p < 1e-4
    assert "sub-type" in drill.looked_at
    assert "Low credits go with sub-type good" in in_words(drill)


def test_no_pattern_is_claimed_where_chance_would_do() -> None:
    drill = drill_down(_card({"a": [1.0, 0.0, 1.0, 0.0], "b": [0.0, 1.0, 0.0, 1.0]}))
    assert drill.patterns == ()
    assert "Nothing that the low credits have in common stands out" in in_words(drill)


def test_few_cases_are_not_tested_at_all() -> None:
    drill = drill_down(_card({"a": [1.0], "b": [0.0]}))
    assert drill.looked_at == ()
    assert "too few scored cases" in in_words(drill)


def test_an_unscored_case_is_shown_with_its_reason_after_the_failed_ones() -> None:
    drill = drill_down(_card({"a": [None, 0.0, 1.0]}))
    assert [(case.credit, case.unscored_reason) for case in drill.worst] == [
        (0.0, None),
        (None, "no sandbox"),
    ]
    assert drill.n_unscored == 1


def test_the_lowest_dimension_is_taken_where_none_is_named() -> None:
    low = _card({"a": [0.0] * 4}).dimensions[0].model_copy(update={"capability": "arithmetic"})
    high = _card({"a": [1.0] * 4}).dimensions[0]
    card = samples.card("s-000000", high, low)
    assert drill_down(card).capability == "arithmetic"
    assert drill_down(card, "knowledge_mcq").score == 100.0


def test_the_next_question_scopes_to_the_lowest_subtype() -> None:
    drill = drill_down(_card({"good": [1.0] * 5, "bad": [0.0, 1.0]}))
    assert drill.next_question == "just bad of knowledge_mcq, 30 prompts"


def test_named_subtypes_narrow_the_cases() -> None:
    drill = drill_down(_card({"a": [0.0], "b": [0.0]}), subtypes=["b"])
    assert [case.id for case in drill.worst] == ["b-0"]


@pytest.mark.parametrize(("capability", "subtypes"), [("refusal", []), (None, ["spatial"])])
def test_what_the_card_lacks_is_refused_with_what_it_has(capability: str | None, subtypes: list[str]) -> None:
    with pytest.raises(StoreError) as caught:
        drill_down(_card({"a": [0.0]}), capability, subtypes)
    assert caught.value.next_step.startswith("It has: ")
