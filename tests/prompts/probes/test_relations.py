"""Every relation fills every axis, grammatically."""

import re
from typing import get_args

import pytest

from prompts.probes.checks import mentions
from prompts.probes.facts import domains
from prompts.probes.frames import frames, kinds
from prompts.probes.recognise import find_relation
from prompts.probes.relation import FOLDER, Relation, read_table, relations
from prompts.probes.source import COUNTS, RelationProbes
from tools.editing.probes import Axis
from tools.editing.request import EditRequest

AXES = get_args(Axis)
ALIASES = {"nickname", "abbreviation", "description"}
NAMES = [relation.name for relation in relations()]


def relation_called(name: str) -> Relation:
    return next(relation for relation in relations() if relation.name == name)


def edit_of(relation: Relation, subject: str = "Zanthorp Quillan Wex", at: int = 0) -> EditRequest:
    """An edit of a made-up subject in the relation's first wording."""
    prompt = f"{{}} {relation.predicates[0]}".replace("{a}", "a")
    return EditRequest(subject=subject, prompt=prompt, target=relation.targets[at])


def test_there_are_at_least_35_relations_each_with_a_name_of_its_own():
    assert len(NAMES) == len(set(NAMES)) >= 35


def test_the_files_are_short_enough_to_read():
    for path in [*FOLDER.rglob("*.toml"), *FOLDER.rglob("*.py")]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


@pytest.mark.parametrize("name", NAMES)
def test_a_relation_fills_every_axis_without_leftovers(name: str):
    relation = relation_called(name)
    request = edit_of(relation)
    found = RelationProbes().probes(request, AXES, seed=3)
    assert found.source == f"relation templates: {name}"
    for axis in AXES:
        if axis not in ALIASES:
            assert len(found.on(axis)) == COUNTS[axis], axis
    for probe in found.probes:
        assert not re.search(r"[{}]|  |\s$|^\s|\ba an\b|\bthe the\b|\bthe a\b| ,| \.(?!\.)", probe.prompt), (
            probe
        )
        assert not mentions(probe.prompt, probe.target)
        assert not probe.prompt.endswith(('"', "'")), "the target follows after a space"
        assert probe.prompt[0].isupper() or not probe.prompt[0].isalpha(), probe


@pytest.mark.parametrize("name", NAMES)
def test_templates_end_right_before_the_target(name: str):
    relation = relation_called(name)
    statements = [
        *relation.predicates,
        *relation.statements,
        *relation.actives,
        *relation.passives,
        *relation.implied,
        *relation.multi_hop,
        *relation.inference,
    ]
    for template in statements:
        assert template == template.strip() and template[-1] not in ".!?:;", template
    for question in relation.questions:
        assert question.endswith("?") and question.count("?") == 1, question
    assert len(set(statements)) == len(statements)


@pytest.mark.parametrize("name", NAMES)
def test_a_relation_names_a_kind_a_domain_and_aspects_that_exist(name: str):
    relation = relation_called(name)
    assert relation.kind in kinds()
    assert relation.domain in domains()
    kind = kinds()[relation.kind]
    assert sum(aspect not in relation.touches for aspect, _ in kind.same_subject) >= COUNTS["same_subject"]
    subjects = [subject for subject, _ in relation.facts]
    assert len(set(subjects)) == len(subjects)
    if relation.vocabulary not in (None, "years"):
        assert any(relation.has_target(target) for target in relation.targets)


@pytest.mark.parametrize("name", NAMES)
def test_a_relations_own_edits_are_recognised_as_its_own(name: str):
    relation = relation_called(name)
    for at in range(3):
        found = find_relation(edit_of(relation, at=at))
        assert found is not None and found.name == name


def test_another_seed_words_the_same_axes_anew():
    request = edit_of(relation_called("sport"))
    axes = (
        "paraphrase",
        "implied",
        "rewording",
        "multi_hop",
        "inference",
        "sub_clause",
        "zsre",
        "same_subject",
    )
    one, again, other = (RelationProbes().probes(request, axes, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert len(one.probes) == len(other.probes)
    for axis in axes:
        same = {p.prompt for p in one.on(axis)} & {p.prompt for p in other.on(axis)}
        assert len(same) < COUNTS[axis], axis


def test_an_axis_does_not_depend_on_the_order_in_which_others_are_asked():
    request = edit_of(relation_called("born in"))
    alone = RelationProbes().probes(request, ("multi_hop",), seed=5)
    among = RelationProbes().probes(request, ("direct", "implied", "multi_hop"), seed=5)
    assert alone.on("multi_hop") == among.on("multi_hop")


def test_frames_have_the_place_that_they_are_filled_at():
    for name, place in (
        ("far", "{sentence}"),
        ("sub_clauses", "{clause}"),
        ("questions", "{question}"),
        ("zsre", "{question}"),
        ("fill_in", "{clause}"),
        ("complete", "{clause}"),
    ):
        assert all(frame.count(place) == 1 for frame in frames(name)), name


def test_the_edits_own_wording_is_no_paraphrase_of_itself():
    relation = relation_called("mother tongue")
    request = EditRequest(subject="Anna Berg", prompt="The mother tongue of {} is", target="Dutch")
    found = RelationProbes().probes(request, ("paraphrase", "rewording", "strong_paraphrase"), seed=0)
    assert relation.name in found.source
    assert not any("mother tongue of Anna Berg is" in probe.prompt for probe in found.probes)


def test_facts_of_other_fields_share_nothing_with_the_relation():
    request = edit_of(relation_called("capital"))
    own = {prompt for prompt, _ in read_table(FOLDER / "facts.toml")["geography"]}
    found = RelationProbes().probes(request, ("unrelated", "cross_domain"), seed=0)
    assert not own & {probe.prompt for probe in found.on("cross_domain")}
    assert len({probe.target for probe in found.on("cross_domain")}) > 4
