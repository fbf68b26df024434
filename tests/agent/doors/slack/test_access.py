"""Who is answered, and which plans a person may have."""

import pytest

from agent.doors.slack.access import Access, GuardedPlanner, refused
from agent.planner.plan import Plan, SessionView, Step
from agent.settings import SlackSettings
from tests.agent.scripted import ScriptedPlanner, step

EDIT = step("edit_fact", subject="the Eiffel Tower", prompt="{} is in", target="Berlin")


def _access(**lists: str) -> Access:
    return Access(SlackSettings(**lists), own_team="T1")  # type: ignore[arg-type]


def test_without_a_list_only_the_bots_own_workspace_is_answered() -> None:
    access = _access()
    assert access.knows_team("T1", None)
    assert not access.knows_team("T2")
    assert not access.knows_team("T1", "T2"), "a guest of another workspace in a shared channel"
    assert not access.knows_team(None, "")


def test_workspaces_of_the_list_are_answered() -> None:
    access = _access(teams="T2, T3")
    assert access.knows_team("T2", "T3")
    assert not access.knows_team("T1")


def test_empty_lists_answer_everybody_everywhere() -> None:
    assert _access().answers("C1", "U1")


def test_both_lists_have_to_name_who_asks_where() -> None:
    access = _access(channels="C1", users='["U1"]', admins="U9")
    assert access.answers("C1", "U1")
    assert not access.answers("C2", "U1")
    assert not access.answers("C1", "U2")
    assert access.answers("C1", "U9"), "an admin"
    assert not access.answers("C2", "U9")


def test_only_who_asked_or_an_admin_answers_for_a_job() -> None:
    access = _access(admins="U9")
    assert access.may_answer_for("U1", "U1")
    assert access.may_answer_for("U9", "U1")
    assert not access.may_answer_for("U2", "U1")


@pytest.mark.parametrize(
    "wish",
    [
        EDIT,
        step("load_edit", path="x.safetensors"),
        step("rollback_edit"),
        step("load_model", model="gpt2"),
        step("load_dataset", path="/etc/passwd"),
        step("load_checkpoint", path="/runs/7"),
        step("load_sae", sae="gemma-scope/x"),
        step("export", format="html", path="/tmp/x.html"),
        step("run_edit_benchmarks", path="facts.json"),
        step("run_benchmark", dimensions=[], model="gpt2"),
        step("compare", models=["tiny", "gpt2"]),
        step("watch_checkpoints"),
        step("filter_features"),
    ],
    ids=lambda each: each.intent,
)
def test_what_touches_weights_paths_or_other_models_is_for_admins(wish: Step) -> None:
    assert "admins" in (refused(wish, "tiny") or "")
    plan = GuardedPlanner(ScriptedPlanner({"go": [wish]}), is_admin=False).plan(
        "go", SessionView(model="tiny")
    )
    assert plan.intent == "clarify"
    assert "admins" in (plan.question or "")
    allowed = GuardedPlanner(ScriptedPlanner({"go": [wish]}), is_admin=True).plan(
        "go", SessionView(model="tiny")
    )
    assert allowed.steps == [wish]


@pytest.mark.parametrize(
    "wish",
    [
        step("run_benchmark", dimensions=[]),
        step("compare", steps=[100, 200]),
        step("load_checkpoint", step=300),
        step("load_sae", sae="demo"),
        step("drill_down"),
        step("export", format="json"),
        step("run_edit_benchmarks"),
        step("score_feature", features=[1]),
    ],
    ids=lambda each: each.intent,
)
def test_measuring_what_is_loaded_is_for_everybody(wish: Step) -> None:
    assert refused(wish, "tiny") is None


def test_a_plan_with_one_step_that_is_not_allowed_is_refused_whole() -> None:
    planner = ScriptedPlanner({"go": [step("run_benchmark", dimensions=[]), EDIT]})
    assert GuardedPlanner(planner, is_admin=False).plan("go", SessionView()).intent == "clarify"


def test_a_benchmark_of_the_loaded_model_loads_no_second_copy() -> None:
    planner = ScriptedPlanner({"go": [step("run_benchmark", dimensions=[], model="tiny")]})
    plan = GuardedPlanner(planner, is_admin=False).plan("go", SessionView(model="tiny"))
    assert plan.intent == "run_benchmark"
    assert plan.arguments["model"] is None


def test_an_export_without_a_path_becomes_an_upload() -> None:
    export = step("export", format="html", path=None)
    guard = GuardedPlanner(ScriptedPlanner({"go": [step("list_cards"), export]}), is_admin=False)
    assert guard.plan("go", SessionView()).steps == [step("list_cards")]
    assert guard.exports == [export.arguments]


def test_a_lone_export_plans_nothing() -> None:
    guard = GuardedPlanner(ScriptedPlanner({"go": [step("export", format="html")]}), is_admin=False)
    plan = guard.plan("go", SessionView())
    assert isinstance(plan, Plan)
    assert plan.intent == "clarify"
    assert guard.exports == [{"format": "html"}]
