"""A named benchmark in conversation: the card says what it went through, with what settings."""

import gzip
import json
from pathlib import Path

import pytest

from agent.conversation import Conversation
from agent.events import CardReady, Failed, Said
from agent.settings import Settings
from sessions.card import CapabilityCard
from tests.agent.scripted import LoadedSubject, ScriptedPlanner, scripted_conversation, step
from tests.agent.scripted import folder as folder
from tests.conftest import make_language_model
from tests.tools.named import local
from tests.tools.named.test_human_eval import PROBLEMS

PLANS = {
    "run arc": [step("run_named_benchmark", name="arc", limit=4)],
    "run arc_easy": [step("run_named_benchmark", name="arc_easy", limit=4)],
    "run none": [step("run_named_benchmark", name="arc_easy", limit=0)],
    "run humaneval": [step("run_named_benchmark", name="HumanEval", limit=2)],
    "again with it": [step("compare", models=["other"])],
}


def on_tiny_model(folder: Path, data: str | None) -> Conversation:
    talk = Conversation(Settings(store_folder=folder, data=data, yes=True), planner=ScriptedPlanner(PLANS))
    model = make_language_model()
    talk.bench.load = lambda name, report=None: model  # type: ignore[method-assign,assignment,misc]
    return talk


def test_the_card_carries_lm_evals_settings_and_every_question(folder: Path, tmp_path: Path) -> None:
    talk = on_tiny_model(folder, local.arc(tmp_path))

    events = list(talk.send("run arc_easy"))

    (card,) = [event.card for event in events if isinstance(event, CardReady)]
    assert isinstance(card, CapabilityCard)
    (dimension,) = card.dimensions
    assert (dimension.capability, dimension.method, dimension.n) == ("arc_easy", "lm-eval", 4)
    assert dimension.settings["through"] == "lm-eval 0.4.13"
    assert {"task_version", "num_fewshot", "metric", "chat_template", "limit"} <= dimension.settings.keys()
    assert dimension.chance == 25.0
    assert dimension.interval_method == "wilson"
    assert all(
        case.prompt and case.target and case.output and case.credit is not None for case in dimension.cases
    )
    assert card.context.kind == "model_inspection"
    assert card.context.weights_hash
    (told,) = [event.text for event in events if isinstance(event, Said)]
    assert "went through lm-eval 0.4.13 on the model in memory" in told
    assert "Through lm-eval 0.4.13: acc_norm" in dimension.explanation
    assert talk.card().id == card.id


def test_humaneval_runs_in_our_own_sandbox(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "HumanEval.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in PROBLEMS).encode()))
    solutions = {problem["prompt"]: problem["canonical_solution"] for problem in PROBLEMS}
    subject = LoadedSubject(answers=lambda prompt: prompt + solutions[prompt])
    talk = scripted_conversation(folder, ScriptedPlanner(PLANS), subject, data=str(path), yes=True)

    (card,) = [event.card for event in talk.send("run humaneval") if isinstance(event, CardReady)]

    assert isinstance(card, CapabilityCard)
    (dimension,) = card.dimensions
    assert (dimension.capability, dimension.method, len(dimension.cases)) == ("humaneval", "pass_at_1", 2)
    assert dimension.n == 0 or dimension.score == 100.0  # n is 0 where there is no sandbox


@pytest.mark.parametrize(
    ("request_text", "told"), [("run none", "at least one question"), ("run arc", "allenai/ai2_arc")]
)
def test_what_cannot_run_is_told(folder: Path, request_text: str, told: str) -> None:
    talk = on_tiny_model(folder, None)

    (failed,) = [event for event in talk.send(request_text) if isinstance(event, Failed)]

    assert told in failed.message
