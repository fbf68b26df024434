"""Edit probes by the language model: on the card with model and instructions, and where it stops answering."""

from collections.abc import Callable
from typing import Any

from agent.conversation import Conversation
from agent.endpoint import Endpoint
from prompts.instructions import version
from sessions.card import EditBenchmarksCard
from sessions.export import render_card
from tests.agent.scripted import step
from tests.agent.toolbox import test_edits
from tests.agent.toolbox.test_edits import cards, do, said
from tests.scripted_llm import Answer, ScriptedServer, scripted_llm
from tests.scripted_llm import said as asked

open_chat = test_edits.open_chat
PASTA = step("edit_fact", subject="Otto Lindqvist", prompt="{} likes to eat", target="pasta")
LINES = (
    "What Otto Lindqvist enjoys for lunch is\nOn Sundays Otto Lindqvist asks for\nEverybody \x1b[2J loves\n"
    "Everybody loves"
)


def with_llm(talk: Conversation, server: ScriptedServer) -> Conversation:
    talk.bench.llm = Endpoint(server.base_url, "scripted")
    talk.bench.settings = talk.bench.settings.model_copy(update={"planner": "embedded"})
    return talk


def test_the_card_names_the_model_its_instructions_and_what_was_rejected(
    open_chat: Callable[..., Conversation],
) -> None:
    with scripted_llm(Answer(LINES)) as server:
        talk = with_llm(open_chat(), server)
        (card,) = cards(do(talk, PASTA))
        told = said(do(talk, step("drill_down", rejected=True)))
    assert card.paraphrases_from == (
        f"LLM scripted, {version('edit_probes')} (paraphrase), else generic; 1 written and rejected "
        "(1 × does not name the subject)"
    )
    assert [draft.prompt for draft in card.rejected_prompts] == ["Everybody loves"]
    assert version("edit_probes") in render_card(card, "html").decode()
    assert told == (
        "edit probes: 1 prompt was rejected before use (1 × does not name the subject).\n"
        "- does not name the subject: Everybody loves"
    )


def test_benchmarks_of_an_edit_name_who_wrote_their_probes(open_chat: Callable[..., Conversation]) -> None:
    def behaviour(body: dict[str, Any]) -> Answer:
        return Answer("" if "List up to three" in asked(body) else LINES)

    with scripted_llm(behaviour=behaviour) as server:
        talk = with_llm(open_chat(), server)
        do(talk, PASTA)
        (card,) = cards(do(talk, step("run_edit_benchmarks", benchmarks=["Edit Generalization"])))
    assert isinstance(card, EditBenchmarksCard)
    assert f"LLM scripted, {version('edit_probes')} (" in card.probe_source
    assert "written and rejected" in card.probe_source
    assert card.rejected_prompts


def test_an_endpoint_that_dies_leaves_templates_and_one_sentence(
    open_chat: Callable[..., Conversation],
) -> None:
    with scripted_llm(Answer("down", status=500, headers={"Retry-After": "0"})) as server:
        events = do(with_llm(open_chat(), server), PASTA)
        n_asked = len(server.requests)
    (card,) = cards(events)
    assert card.committed
    assert card.paraphrases_from.startswith("generic (LLM scripted gave no answer: ")
    assert said(events).startswith("Templates make what the LLM was to write, because it stopped answering: ")
    assert said(events).count("\n") == 0
    assert n_asked == 3  # one question, tried three times
