"""Requests by class: what people put around an order, take back in it, or name only through something else."""

from typing import Any

import pytest

from agent.planner.courtesies import without_courtesies, without_list_marks
from agent.planner.embedded import EmbeddedPlanner
from agent.planner.plan import Plan, SessionView
from agent.planner.restated import put_right

pytestmark = pytest.mark.embedded

CARD = {
    "context": "model_inspection",
    "last_card": {
        "dimensions": [
            {"capability": "cot_math", "n_prompts": 20, "subtypes": ["rates", "money"], "score": 31.0},
            {"capability": "refusal", "n_prompts": 20, "subtypes": ["crime"], "score": 60.0},
        ]
    },
}
EDIT = {"last_edit": {"subject": "Eiffel Tower", "prompt": "The {} is located in", "target": "Berlin"}}
DATA = {"context": "data_inspection", "columns": ["text", "label"]}


def planned(request: str, view: dict[str, Any] | None = None) -> Plan:
    return EmbeddedPlanner().plan(request, SessionView.model_validate(view or {}))


def dimensions(request: str, view: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    plan = planned(request, view)
    assert (plan.intent, plan.then) == ("run_benchmark", []), plan
    listed: Any = plan.arguments["dimensions"]
    return [(d["capability"], d["n_prompts"], *d["subtypes"]) for d in listed]


def edited(request: str) -> tuple[Any, Any]:
    plan = planned(request)
    assert (plan.intent, plan.then) == ("edit_fact", []), plan
    return plan.arguments["subject"], plan.arguments["target"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sorry if this is obvious, but how is purity computed?", "how is purity computed?"),
        ("quick question: what is MUI?", "what is MUI?"),
        ("benchmark this model, default settings are fine", "benchmark this model"),
        ("test translation, I don't care about the details", "test translation"),
        ("nothing special", "nothing special"),
    ],
)
def test_courtesies_are_taken_off_where_something_is_left(text: str, plain: str) -> None:
    assert without_courtesies(text) == plain


def test_list_marks_become_commas_only_where_they_count_from_one() -> None:
    assert without_list_marks("test (1) logic (2) code") == "test logic, code"
    assert without_list_marks("score feature (7) and (9)") == "score feature (7) and (9)"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("arithmetic 30, oops I mean 13", "arithmetic 13"),
        ("benchmark refusal... no wait, summarization", "benchmark summarization"),
        ("test gpt2, sorry, pythia-70m on logic", "test pythia-70m on logic"),
        ("not arithmetic, I meant translation", "not arithmetic, I meant translation"),
        ("test logic and code", "test logic and code"),
    ],
)
def test_what_was_taken_back_gives_way_to_what_was_meant(text: str, meant: str) -> None:
    assert put_right(text) == meant


@pytest.mark.parametrize("praise", ["great it stuck. ", "nice, the edit went through. ", "cool, that held! "])
def test_praise_before_an_order_is_no_order(praise: str) -> None:
    assert dimensions(f"{praise}now test logic with 12 prompts", EDIT) == [("logical_reasoning", 12)]


@pytest.mark.parametrize(
    "request_", ["pls benchmark the model thats loaded, nothing special", "just benchmark whatever I have up"]
)
def test_the_model_itself_with_any_tail_gives_the_default_card(request_: str) -> None:
    assert dimensions(request_) == []


def test_an_item_with_its_own_number_is_a_dimension_also_where_only_a_sub_type_names_it() -> None:
    assert dimensions("20 easy directions questions and 20 factual recall") == [
        ("spatial_reasoning", 20, "directions"),
        ("factual_recall", 20),
    ]
    assert dimensions("12 rate problems and 8 syllogisms") == [
        ("cot_math", 12, "rates"),
        ("logical_reasoning", 8, "syllogisms"),
    ]


def test_numbers_in_a_row_go_with_the_capabilities_in_their_order() -> None:
    assert dimensions("run spatial, logic and refusal with 8, 10 and 12 prompts respectively") == [
        ("spatial_reasoning", 8),
        ("logical_reasoning", 10),
        ("refusal", 12),
    ]


@pytest.mark.parametrize(
    "request_", ["lookalikes for crime only, refusal", "refusal suite, look-alikes for crime only"]
)
def test_lookalikes_are_bound_to_the_area_that_is_named(request_: str) -> None:
    assert dimensions(request_) == [("refusal", None, "crime_lookalike")]


@pytest.mark.parametrize(
    ("request_", "capability"),
    [
        ("do I have as many positives as negatives in the labels?", "label_balance"),
        ("are the classes roughly equal in size?", "label_balance"),
        ("what's the split between the classes?", "label_balance"),
        ("are the texts all kind of the same?", "data_diversity"),
        ("how similar are the rows to each other?", "data_diversity"),
    ],
)
def test_everyday_questions_about_a_data_set_name_its_measure(request_: str, capability: str) -> None:
    assert [d[0] for d in dimensions(request_, DATA)] == [capability]


@pytest.mark.parametrize(
    "request_", ["I've got a csv, tickets.csv, load it", "here's my file: tickets.csv. open that please"]
)
def test_a_file_named_in_a_remark_is_what_is_loaded(request_: str) -> None:
    plan = planned(request_)
    assert (plan.intent, plan.arguments) == ("load_dataset", {"path": "tickets.csv"})


@pytest.mark.parametrize(
    ("request_", "numbers"),
    [
        ("my boss said we need to score 2 sae features, 17 and 23", [17, 23]),
        ("three latents need scoring: 4, 44 and 444", [4, 44, 444]),
        ("feature 12, I mean feature 120", [120]),
    ],
)
def test_how_many_features_is_no_feature(request_: str, numbers: list[int]) -> None:
    plan = planned(request_)
    assert (plan.intent, plan.arguments["features"]) == ("score_feature", numbers)


@pytest.mark.parametrize("request_", ["score feature -5", "is feature minus 3 real?", "score feature 1.5"])
def test_a_number_that_no_feature_has_is_asked_about(request_: str) -> None:
    assert planned(request_).intent == "clarify"


@pytest.mark.parametrize(
    ("request_", "fact"),
    [
        (
            "change the fact that Michael Jordan plays basketball, he should play tennis",
            ("Michael Jordan", "tennis"),
        ),
        ("edit the fact that Venice is in Italy, make it Spain", ("Venice", "Spain")),
        ("edit the language spoken in Brazil, make it Dutch", ("Brazil", "Dutch")),
        ("The Louvre is in Paris. I want it to say Madrid instead", ("Louvre", "Madrid")),
        ("Serena Williams plays volleyball. Write this into the weights.", ("Serena Williams", "volleyball")),
        ("make Angela Merkel a citizen of France", ("Angela Merkel", "France")),
    ],
)
def test_a_fact_and_what_it_shall_be_instead_are_one_edit(request_: str, fact: tuple[str, str]) -> None:
    assert edited(request_) == fact


@pytest.mark.parametrize(
    "request_",
    [
        "Steve Jobs founded Apple. I'd like the model to say Microsoft instead.",
        "is the Louvre in Paris? I want to know",
        "don't change the fact that Rome is in Italy, it should stay in Italy",
        "change the fact that Rome is in Italy",
    ],
)
def test_an_edit_that_is_open_asked_about_or_forbidden_is_never_guessed(request_: str) -> None:
    assert "edit_fact" not in [step.intent for step in planned(request_).steps]


@pytest.mark.parametrize("address", ["http://localhost:8000/v1", "https://llm.example.org:8443/v1"])
def test_an_address_is_a_model_kept_whole(address: str) -> None:
    assert planned(f"load the model at {address}").arguments == {"model": address}
    plan = planned(f"compare with the model at {address}", CARD)
    assert (plan.intent, plan.arguments["models"]) == ("compare", [address])


def test_that_the_prompts_stay_the_same_is_no_further_step() -> None:
    plan = planned("compare that with gpt2. same prompts please", CARD)
    assert (plan.intent, plan.arguments["models"], plan.then) == ("compare", ["gpt2"], [])


def test_a_number_that_was_too_few_is_not_asked_for_again() -> None:
    assert {d[1] for d in dimensions("hmm, that was only 20. let's have 80", CARD)} == {80}
    assert {d[1] for d in dimensions("20 was not enough. 75 please", CARD)} == {75}


@pytest.mark.parametrize(
    "unit", ["a, ", "make the model believe ", "how good is it? ", "the ", "1 2 3 ", "logic, no, "]
)
def test_ten_thousand_characters_are_asked_about(unit: str) -> None:
    assert planned((unit * 10_000)[:10_000]).intent == "clarify"


def test_marks_of_the_planner_itself_are_text_like_any_other() -> None:
    assert planned("⟦0⟧ make the model believe ⟦7⟧").intent in ("clarify", "help")


def intents(request: str, view: dict[str, Any] | None = None) -> list[str]:
    return [step.intent for step in planned(request, view).steps]


def test_a_list_after_a_sweep_is_a_step_of_its_own() -> None:
    plan = planned("sweep it all and afterwards list whatever is dead")
    assert [step.intent for step in plan.steps] == ["sweep_features", "list_features"]
    assert plan.then[0].arguments["reading"] == "dead or noise"


def test_the_default_card_again_after_a_rollback_is_a_step_of_its_own() -> None:
    assert intents("undo every edit, then the standard card once more") == ["rollback_edit", "run_benchmark"]


def test_every_format_of_a_list_is_exported_in_its_order() -> None:
    plan = planned("can I have this card in HTML and as CSV", CARD)
    assert [step.arguments["format"] for step in plan.steps] == ["html", "csv"]
    plan = planned("export html, csv and json please", CARD)
    assert [step.arguments["format"] for step in plan.steps] == ["html", "csv", "json"]
    plan = planned("export it as html, not as csv", CARD)
    assert [step.arguments["format"] for step in plan.steps] == ["html"]


@pytest.mark.parametrize(
    "remark", ["the official one", "the real thing", "I mean the full version", "the well-known one"]
)
def test_which_benchmark_was_meant_is_no_further_step(remark: str) -> None:
    assert intents(f"What does it get on ARC challenge? {remark}") == ["run_named_benchmark"]


@pytest.mark.parametrize(
    "request_",
    ["sweep feats 100 101 102", "sweep 100 101 102", "sweep features 100,101,102", "sweep only 100 101 102"],
)
def test_numbers_behind_features_are_a_list(request_: str) -> None:
    assert planned(request_).arguments["features"] == [100, 101, 102]


def test_thousands_may_be_written_with_a_space() -> None:
    assert dimensions("arithmetic, 1 000 prompts") == [("arithmetic", 1000)]


@pytest.mark.parametrize(
    "order",
    [
        "Make that true for the model.",
        "Let it believe so.",
        "Write that in.",
        "Make it so.",
        "Teach it that.",
    ],
)
def test_a_fact_that_shall_be_made_true_is_an_edit(order: str) -> None:
    assert edited(f"Mount Everest lies in Canada. {order}") == ("Mount Everest", "Canada")


def test_a_name_that_begins_like_an_order_loads_nothing() -> None:
    assert intents("Mount Rushmore is in Texas.") == ["clarify"]
    assert intents("mount gpt2") == ["load_model"]


def test_divergence_from_uniform_on_a_column_is_the_balance_of_its_labels() -> None:
    assert dimensions("divergence from uniform for the label column", DATA) == [("label_balance", None)]
    assert intents("what does divergence from uniform mean?", DATA) == ["explain"]


def test_yes_and_no_answers_are_no_method_where_their_balance_is_asked_for() -> None:
    plan = planned("how balanced are its yes/no answers")
    assert plan.arguments["dimensions"][0]["subtypes"] == ["yes_no"]  # type: ignore[index,call-overload]
    assert plan.arguments["dimensions"][0]["method"] is None  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    "request_",
    [
        "I keep forgetting what the locality number in the edit benchmarks stands for",
        "remind me what purity means",
        "never understood what MUI is about",
        "LEME stands for what again?",
        "I'm not sure what the portability score tells me",
    ],
)
def test_a_meaning_that_is_not_known_is_explained(request_: str) -> None:
    assert intents(request_) == ["explain"]


def test_a_capability_in_other_words_is_measured_not_explained() -> None:
    wanted = "everything about safety and obedience, meaning refusal and instruction following, both binary"
    assert {d[0] for d in dimensions(wanted)} == {"refusal", "instruction_following"}


@pytest.mark.parametrize(
    "request_",
    [
        "the document says 'the cat sat on the mat and slept'. summarise?",
        "summarise this article: 'Rates rose by two percent on Monday after the bank met.'",
    ],
)
def test_a_text_that_is_handed_over_is_not_worked_on(request_: str) -> None:
    assert intents(request_) == ["clarify"]


def test_whether_an_edit_would_hurt_changes_no_weights() -> None:
    asked = intents("don't edit anything, just tell me whether an edit would hurt")
    assert not {"edit_fact", "rollback_edit"} & set(asked)
