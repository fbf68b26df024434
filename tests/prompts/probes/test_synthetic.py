"""Edits of other subjects, and texts about nothing in particular."""

from prompts.probes.checks import mentions
from prompts.probes.facts import domains
from prompts.probes.recognise import find_relation
from prompts.probes.relation import FOLDER, read_table, relations
from prompts.probes.source import RelationProbes
from tools.editing.request import EditRequest

REQUEST = EditRequest(
    subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
)


def test_synthetic_edits_are_of_other_subjects_of_the_same_and_other_relations():
    edits = RelationProbes().synthetic_edits(REQUEST, 12, seed=0)
    assert len(edits) == 12
    names = [relation.name for edit in edits if (relation := find_relation(edit))]
    assert len(names) == 12
    assert names.count("located in") >= 4 and len(set(names)) >= 6
    for edit in edits:
        assert edit.true_target and edit.target.casefold() != edit.true_target.casefold()
        assert not mentions(edit.text, "Eiffel") and edit.target not in ("Berlin", "Paris")
        assert not edit.prompt.replace("{}", "").count("{")


def test_no_two_synthetic_edits_share_a_subject_or_a_target():
    edits = RelationProbes().synthetic_edits(REQUEST, 30, seed=1)
    assert len({edit.subject for edit in edits}) == len({edit.target for edit in edits}) == 30


def test_synthetic_edits_follow_the_seed():
    probes = RelationProbes()
    assert probes.synthetic_edits(REQUEST, 5, seed=2) == probes.synthetic_edits(REQUEST, 5, seed=2)
    assert probes.synthetic_edits(REQUEST, 5, seed=2) != probes.synthetic_edits(REQUEST, 5, seed=3)


def test_the_edits_own_subject_is_never_edited_again():
    for relation in relations():
        subject, answer = relation.facts[0]
        request = EditRequest(
            subject=subject,
            prompt=f"{{}} {relation.predicates[0]}".replace("{a}", "a"),
            target=relation.targets[0],
        )
        for edit in RelationProbes().synthetic_edits(request, 20, seed=0):
            assert edit.subject.casefold() != subject.casefold(), (relation.name, answer)


def test_more_edits_than_there_are_gives_as_many_as_there_are():
    assert 30 < len(RelationProbes().synthetic_edits(REQUEST, 10_000, seed=0)) < 10_000


def test_texts_follow_the_seed_and_lead_on():
    probes = RelationProbes()
    assert probes.unrelated_texts(seed=1) == probes.unrelated_texts(seed=1) != probes.unrelated_texts(seed=2)
    assert len(set(probes.unrelated_texts(seed=1))) == 12


def test_facts_are_about_no_subject_of_a_synthetic_edit():
    subjects = {subject for relation in relations() for subject, _ in relation.facts}
    table = read_table(FOLDER / "facts.toml")
    for domain in domains():
        for prompt, answer in table[domain]:
            assert not mentions(prompt, answer), prompt
            assert not any(mentions(prompt, subject) for subject in subjects), prompt
