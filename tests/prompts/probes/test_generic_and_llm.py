"""Relations that have no templates: the edit's own prompt, and a language model where there is one."""

from typing import get_args

import pytest

from prompts.instructions import version
from prompts.probes.checks import mentions
from prompts.probes.source import RelationProbes
from tools.editing.probes import Axis
from tools.editing.request import EditRequest
from tools.errors import ModelError

AXES = get_args(Axis)
REQUEST = EditRequest(subject="Otto Lindqvist", prompt="{} likes to eat", target="pasta", true_target="rice")


class Scripted:
    """A writer that gives the same answer to every prompt, and remembers the prompts."""

    name = "scripted"

    def __init__(self, answer: str | None) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def answer(self, prompt: str, *, seed: int) -> str:
        self.asked.append(prompt)
        if self._answer is None:
            raise ModelError("It cannot be reached.", "Try later.")
        return self._answer


def test_without_templates_and_writer_the_edits_own_prompt_is_asked_and_the_source_says_so():
    found = RelationProbes().probes(REQUEST, AXES, seed=0)
    assert found.source == "generic"
    for axis in (
        "direct",
        "surface",
        "paraphrase",
        "fill_in",
        "zsre",
        "sub_clause",
        "same_subject",
        "unrelated",
    ):
        assert found.on(axis), axis
    assert all(
        "likes to eat" in probe.prompt for probe in found.on("paraphrase", "fill_in", "zsre", "sub_clause")
    )
    for axis in ("implied", "rewording", "multi_hop", "inference", "passive", "strong_paraphrase"):
        assert not found.on(axis) and "no templates" in found.missing[axis]


@pytest.mark.parametrize(
    "prompt", ["The colour of {} is usually", "Which colour does {} have?", "By the way, {}, a"]
)
def test_prompts_of_any_build_give_a_checked_set(prompt: str):
    request = EditRequest(subject="Otto's barn", prompt=prompt, target="green")
    found = RelationProbes().probes(request, AXES, seed=0)
    assert found.source == "generic"
    assert len(found.on("paraphrase")) == len(found.on("zsre")) == len(found.on("surface")) == 6
    assert set(AXES) == {probe.axis for probe in found.probes} | set(found.missing)
    assert not any("{" in probe.prompt or mentions(probe.prompt, probe.target) for probe in found.probes)


def test_a_writer_is_asked_once_for_each_axis_and_all_it_says_is_checked():
    writer = Scripted(
        "1. What Otto Lindqvist enjoys for lunch is\n"
        "- At table, Otto Lindqvist always asks for pasta.\n"
        "Otto Lindqvist is a nice man.\n"
        "Everybody loves\n"
        "Pasta is what Otto Lindqvist eats most, namely\n"
        "What Otto Lindqvist enjoys for lunch is ...\n"
    )
    source = RelationProbes(writer)
    found = source.probes(REQUEST, ("paraphrase", "unrelated"), seed=4)
    assert [probe.prompt for probe in found.on("paraphrase")] == [
        "What Otto Lindqvist enjoys for lunch is",
        "At table, Otto Lindqvist always asks for",
    ]
    assert found.source == (
        f"LLM scripted, {version('edit_probes')} (paraphrase), else generic; 4 written and rejected "
        "(1 × a finished sentence, 1 × does not name the subject, 1 × contains its target, 1 × duplicate)"
    )
    assert found.rejected["a finished sentence"] == 1
    assert found.rejected["does not name the subject"] == 1
    assert found.rejected["duplicate"] == 1
    assert "Everybody loves" in {draft.prompt for draft in source.rejected}
    assert len(writer.asked) == 1
    assert "Otto Lindqvist likes to eat pasta" in writer.asked[0]


def test_questions_from_a_writer_are_put_as_questions_and_answers():
    writer = Scripted("What does Otto Lindqvist like to eat? Pasta\nWhich dish does Otto Lindqvist order?")
    found = RelationProbes(writer).probes(REQUEST, ("zsre",), seed=0)
    assert [probe.prompt for probe in found.probes] == [
        "Q: What does Otto Lindqvist like to eat? A:",
        "Q: Which dish does Otto Lindqvist order? A:",
    ]


def test_a_writer_that_cannot_be_reached_is_asked_once_and_the_source_tells():
    writer = Scripted(None)
    found = RelationProbes(writer).probes(REQUEST, ("paraphrase", "implied", "multi_hop"), seed=0)
    assert len(writer.asked) == 1
    assert found.source == "generic (LLM scripted gave no answer: It cannot be reached.)"
    assert found.on("paraphrase")
    assert "It cannot be reached." in found.missing["implied"]


def test_a_writer_that_falls_silent_in_the_middle_leaves_what_it_wrote_and_the_source_tells():
    class Dying(Scripted):
        def answer(self, prompt: str, *, seed: int) -> str:
            if self.asked:
                self._answer = None
            return super().answer(prompt, seed=seed)

    writer = Dying("What Otto Lindqvist enjoys for lunch is\nOn Sundays Otto Lindqvist asks for")
    found = RelationProbes(writer).probes(REQUEST, ("paraphrase", "implied", "rewording"), seed=0)
    assert len(writer.asked) == 2
    assert len(found.on("paraphrase")) == 2
    assert found.source == (
        f"LLM scripted, {version('edit_probes')} (paraphrase), else generic "
        "(LLM scripted gave no further answer: It cannot be reached.)"
    )


def test_a_writer_that_talks_nonsense_leaves_the_generic_probes():
    found = RelationProbes(Scripted("I'm sorry, I cannot help with that.")).probes(
        REQUEST, ("paraphrase",), seed=0
    )
    assert found.source == "generic; 1 written and rejected (1 × a finished sentence)"
    assert len(found.on("paraphrase")) == 6


def test_other_names_come_from_the_writer_first():
    request = EditRequest(subject="The Eiffel Tower", prompt="{} is located in", target="Berlin")
    writer = Scripted("La dame de fer\nthe Eiffel Tower\nthe tower near Berlin\n" + "x" * 300)
    found = RelationProbes(writer).probes(request, ("nickname", "paraphrase"), seed=0)
    by = f"LLM scripted, {version('subject_names')}"
    assert found.source == f"relation templates: located in; names by {by} (nickname)"
    assert found.on("nickname")
    assert all(probe.prompt.startswith("La dame de fer ") for probe in found.on("nickname"))
    assert len(writer.asked) == 1


def test_rules_step_in_where_the_writer_knows_no_name():
    request = EditRequest(subject="The Eiffel Tower", prompt="{} is located in", target="Berlin")
    found = RelationProbes(Scripted("none")).probes(request, ("description",), seed=0)
    assert all("tower" in probe.prompt for probe in found.probes) and found.probes
