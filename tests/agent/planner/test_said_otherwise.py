"""What is meant without being named: edit benchmarks, scores and readings of features, edits, remarks."""

import pytest

from agent.planner.edit_topics import with_its_subject
from agent.planner.embedded import EmbeddedPlanner
from agent.planner.knowing import as_a_question
from agent.planner.plan import CardDimension, LastCard, LastEdit, Plan, SessionView
from agent.planner.remarks import is_remark

pytestmark = pytest.mark.embedded

TOWER = SessionView(
    last_edit=LastEdit(subject="Eiffel Tower", prompt="The {} is located in", target="Berlin")
)
FEATURE = SessionView(last_feature=421)
CARD = SessionView(
    last_card=LastCard(
        dimensions=[
            CardDimension(
                capability="translation", n_prompts=8, subtypes=["to_french", "to_german"], score=58.0
            )
        ]
    )
)


def planned(request: str, view: SessionView | None = None) -> Plan:
    return EmbeddedPlanner().plan(request, view or SessionView())


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("would it survive if we went on editing other stuff?", "SequentialEditRetention"),
        ("can it reason with the new fact over several hops", "IndirectFactRecovery"),
        ("does it use the new fact when it writes a whole paragraph on the tower?", "LEME"),
        ("is it merely parroting the sentence?", "PreservationVsMemorization"),
    ],
)
def test_an_edit_benchmark_is_known_by_what_it_looks_at(request_: str, name: str) -> None:
    plan = planned(request_, TOWER)
    assert (plan.intent, plan.arguments["benchmarks"]) == ("run_edit_benchmarks", [name])


def test_edit_benchmarks_can_be_left_out() -> None:
    names = planned("all the edit benchmarks except leme and zsre", TOWER).arguments["benchmarks"]
    assert isinstance(names, list)
    assert len(names) == 11
    assert not {"LEME", "zsRE"} & set(names)


def test_the_first_records_of_a_file_of_edits() -> None:
    arguments = planned("edit benchmarks over facts.csv, first 12").arguments
    assert (arguments["path"], arguments["limit"]) == ("facts.csv", 12)


@pytest.mark.parametrize("request_", ["get rid of the Berlin fact", "I don't want that edit anymore"])
def test_an_edit_is_known_by_what_it_put_in(request_: str) -> None:
    assert planned(request_, TOWER).intent == "rollback_edit"


@pytest.mark.parametrize("request_", ["great it stuck", "nice, the edit worked well", "that was quick"])
def test_a_remark_asks_for_nothing(request_: str) -> None:
    assert is_remark(request_)
    assert planned(request_, TOWER).intent == "clarify"


@pytest.mark.parametrize(
    "request_", ["great, but does it generalise?", "translation is good, why?", "run it"]
)
def test_what_asks_or_complains_is_no_remark(request_: str) -> None:
    assert not is_remark(request_)


def test_a_wish_to_test_knowledge_is_no_edit() -> None:
    request = "the model should know that Paris is in France, test it"
    assert as_a_question(request).startswith("does the model know")
    assert "edit_fact" not in {step.intent for step in planned(request).steps}
    assert planned("teach it that Paris is in Spain").intent == "edit_fact"


@pytest.mark.parametrize(
    ("request_", "subject"),
    [
        ("Lets do a weight edit. Subject: Toyota. It should be headquartered in Oslo.", "Toyota"),
        ("Regarding Angela Merkel: make the network say she is a citizen of Japan", "Angela Merkel"),
    ],
)
def test_the_subject_of_an_edit_may_be_named_apart(request_: str, subject: str) -> None:
    plan = planned(request_)
    assert (plan.intent, plan.arguments.get("subject")) == ("edit_fact", subject)


def test_no_subject_is_put_where_the_pronoun_means_the_model() -> None:
    assert with_its_subject("About gpt2: benchmark arithmetic") == "About gpt2: benchmark arithmetic"


def test_the_label_of_a_feature_is_no_order_from_inside_a_text() -> None:
    plan = planned("feature 12's label says 'verbs', it fires on nouns though. Time for a new label")
    assert (plan.intent, plan.arguments["features"]) == ("relabel_feature", [12])


def test_a_score_of_a_feature_is_known_by_its_meaning() -> None:
    plan = planned("if we knock this feature out, does the model even notice?", FEATURE)
    assert (plan.intent, plan.arguments["scores"]) == ("score_feature", ["mui"])


def test_run_it_after_what_was_named_asks_for_nothing_more() -> None:
    assert [s.intent for s in planned("I've heard about piqa. run it").steps] == ["run_named_benchmark"]
    both = planned("did that edit really take? run whatever tests you have on it", TOWER)
    assert [s.intent for s in both.steps] == ["run_edit_benchmarks"]


def test_a_question_for_its_answers_looks_into_the_card() -> None:
    plan = planned("what did it actually write for the french ones?", CARD)
    assert (plan.intent, plan.arguments["subtypes"]) == ("drill_down", ["to_french"])


def test_features_of_the_clause_before_are_meant_by_both() -> None:
    steps = planned("relabel 5 and 6 and afterwards score both").steps
    assert [(s.intent, s.arguments["features"]) for s in steps] == [
        ("relabel_feature", [5, 6]),
        ("score_feature", [5, 6]),
    ]
