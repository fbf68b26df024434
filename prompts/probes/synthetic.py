"""Edits of other subjects with counterfactual targets, for the benchmarks that edit further."""

import random
from collections.abc import Iterator

from prompts.probes.checks import mentions
from prompts.probes.recognise import find_relation
from prompts.probes.relation import Relation, relations
from prompts.probes.wording import Wording
from tools.editing.request import EditRequest


def other_edits(request: EditRequest, n: int, *, seed: int) -> list[EditRequest]:
    """At most n edits: every other one of the request's own relation, if it is known, the rest of other relations.

    No two share a subject or a target, and none has one that occurs in the request.
    """
    generator = random.Random(f"synthetic|{seed}|{request.statement}")
    own = find_relation(request)
    of_own = _edits(own, generator) if own else iter(())
    of_others = _of_many([one for one in relations() if one is not own], generator)
    found: list[EditRequest] = []
    sources = [of_own, of_others]
    while sources and len(found) < n:
        source = sources.pop(0)
        chosen = next((edit for edit in source if _is_apart(edit, [request, *found])), None)
        if chosen is not None:
            found.append(chosen)
            sources.append(source)
    return found


def _edits(relation: Relation, generator: random.Random) -> Iterator[EditRequest]:
    for subject, answer in generator.sample(relation.facts, len(relation.facts)):
        targets = [target for target in relation.targets if target.casefold() != answer.casefold()]
        for target in generator.sample(targets, min(3, len(targets))):
            plain = EditRequest(subject=subject, prompt="{} is", target=target, true_target=answer)
            predicate = generator.choice(relation.predicates)
            prompt = Wording(plain, relation.kind).lead_to_target(f"{{}} {predicate}")
            yield plain.model_copy(update={"prompt": prompt})


def _of_many(among: list[Relation], generator: random.Random) -> Iterator[EditRequest]:
    generator.shuffle(among)
    streams = [_edits(relation, generator) for relation in among]
    while streams:
        for stream in list(streams):
            edit = next(stream, None)
            if edit is None:
                streams.remove(stream)
            else:
                yield edit


def _is_apart(edit: EditRequest, others: list[EditRequest]) -> bool:
    """Whether an edit shares neither subject nor targets with any of the others."""
    for other in others:
        names = [other.subject, other.target, *([other.true_target] if other.true_target else [])]
        if any(mentions(f"{edit.subject} {edit.target}", name) for name in names):
            return False
        if mentions(other.text, edit.subject) or mentions(other.target, edit.target):
            return False
    return True
