"""A planner and a model whose answers are written down, and a conversation with both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from agent.conversation import Conversation
from agent.planner.plan import Plan, SessionView, Step
from agent.settings import Settings
from tests.scripted_subject import ScriptedSubject


class ScriptedPlanner:
    """Looks the plan up under the request."""

    name = "scripted"

    def __init__(self, plans: Mapping[str, list[Step]] | None = None, question: str | None = None) -> None:
        self.plans = plans or {}
        self.question = question

    def plan(self, request: str, view: SessionView) -> Plan:
        """The scripted steps; a request that is not there is a question."""
        if request not in self.plans:
            return Plan(
                intent="clarify", confidence=0.1, planner=self.name, question=self.question or "What?"
            )
        first, *then = self.plans[request]
        return Plan(**first.model_dump(), then=then, confidence=1.0, planner=self.name)


class LoadedSubject(ScriptedSubject):
    """A scripted subject with what a loaded model says of itself."""

    weights_hash = "a" * 64
    dtype = torch.float32
    device = torch.device("cpu")
    model = torch.nn.Linear(2, 2)


def step(intent: str, **arguments: Any) -> Step:
    """A step in fewer words."""
    return Step(intent=intent, arguments=arguments)


def bench_step(capability: str, n: int) -> Step:
    """A step that measures one capability with n prompts."""
    return step("run_benchmark", dimensions=[{"capability": capability, "n_prompts": n}])


def scripted_conversation(
    folder: Path,
    planner: ScriptedPlanner,
    subject: LoadedSubject | None = None,
    session_id: str | None = None,
    **settings: Any,
) -> Conversation:
    """A conversation whose model is the scripted one; nothing is downloaded or measured."""
    conversation = Conversation(Settings(store_folder=folder, **settings), session_id, planner=planner)
    loaded = subject or LoadedSubject(answers=lambda prompt: "The answer is 42.")
    conversation.bench.load = lambda name, report=None: loaded  # type: ignore[method-assign,assignment,misc]
    return conversation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store lies."""
    return tmp_path / "store"
