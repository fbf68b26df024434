"""The facts of our own writing that edits are tried on."""

from prompts.probes.checks import mentions
from prompts.probes.own_facts import own_facts
from prompts.probes.relation import relations
from prompts.probes.source import RelationProbes


def test_there_are_forty_facts_over_fifteen_relations():
    facts = own_facts()
    assert len(facts) >= 40
    assert len({fact.relation for fact in facts}) >= 15
    assert {fact.relation for fact in facts} <= {relation.name for relation in relations()}
    assert len({fact.request.subject + fact.request.prompt for fact in facts}) == len(facts)


def test_each_has_paraphrases_and_neighbours_and_none_gives_the_answer_away():
    for fact in own_facts():
        request = fact.request
        assert request.true_target and request.true_target != request.target
        assert len(set(fact.paraphrases)) >= 2 and len(set(fact.neighbourhood)) >= 4, request.text
        for prompt in (request.text, *fact.paraphrases):
            assert mentions(prompt, request.subject), prompt
            assert not mentions(prompt, request.target)
        for prompt in fact.neighbourhood:
            assert not mentions(prompt, request.subject.removeprefix("The ")) or request.subject == "Paris", (
                prompt
            )
            assert not mentions(prompt, request.target) and not mentions(prompt, request.true_target), prompt
            assert "{" not in prompt and "  " not in prompt and prompt == prompt.strip()


def test_articles_are_small_within_a_prompt():
    prompts = [prompt for fact in own_facts() for prompt in (*fact.paraphrases, *fact.neighbourhood)]
    assert not any(" The " in prompt for prompt in prompts)


def test_every_fact_gets_probes_from_relation_templates():
    for fact in own_facts():
        found = RelationProbes().probes(fact.request, ("direct", "paraphrase", "multi_hop"), seed=0)
        assert found.source.startswith("relation templates"), fact.request.text
        assert len(found.on("paraphrase")) == 6


def test_paraphrases_for_validation_follow_the_seed():
    request = next(fact.request for fact in own_facts() if fact.request.subject == "The Eiffel Tower")
    probes = RelationProbes()
    assert len(probes.paraphrases(request, 1)) == 6
    assert probes.paraphrases(request, 1) == probes.paraphrases(request, 1) != probes.paraphrases(request, 2)
    assert all(
        "Eiffel Tower" in prompt and "Berlin" not in prompt for prompt in probes.paraphrases(request, 1)
    )
