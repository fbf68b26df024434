"""Candidate probes of a known relation: for each axis, an endless enough stream in an order that the seed draws."""

import random
from collections.abc import Iterator, Sequence

from prompts.probes.frames import frames, kinds, spun
from prompts.probes.recognise import normalised
from prompts.probes.relation import Relation
from prompts.probes.wording import Wording, capital, lower
from tools.editing.probes import Axis


def prompts_on(
    axis: Axis, relation: Relation, wording: Wording, generator: random.Random, aliases: Sequence[str] = ()
) -> Iterator[str]:
    """Prompts of one axis, filled and grammatical but not yet checked."""
    match axis:
        case "direct":
            yield wording.request.text.strip()
        case "paraphrase":
            yield from _led(_others([*_clauses(relation), *relation.statements], wording), wording, generator)
        case "rewording":
            yield from _led(_others(relation.statements, wording), wording, generator)
        case "implied" | "inference":
            yield from _led(getattr(relation, axis), wording, generator, "adverbs")
        case "active" | "passive":
            yield from _led(getattr(relation, f"{axis}s"), wording, generator)
        case "multi_hop":
            yield from _hops(relation, wording, generator)
        case "indirect_reference":
            yield from _meant(relation, wording, generator)
        case "same_subject":
            kept = [
                text for aspect, text in kinds()[relation.kind].same_subject if aspect not in relation.touches
            ]
            yield from _led(kept, wording, generator, "adverbs")
        case "question" | "zsre":
            around = frames("questions" if axis == "question" else "zsre")
            for question, frame in spun(relation.questions, around, generator):
                yield frame.replace("{question}", _put(question, wording, generator))
        case "fill_in":
            for clause, frame in spun(_clauses(relation), frames("fill_in"), generator):
                yield frame.replace("{clause}", _put(clause, wording, generator))
        case "sub_clause":
            for clause, frame in spun(relation.predicates, frames("sub_clauses"), generator):
                yield wording.fill(frame.replace("{clause}", "{} " + clause))
        case "surface":
            yield from surface(wording, generator)
        case "strong_paraphrase":
            yield from _far(relation, wording, generator)
        case "long_form":
            yield from long_form(wording, generator, relation.topic)
        case "nickname" | "abbreviation" | "description":
            for predicate, alias in spun(relation.predicates, aliases, generator):
                yield wording.fill("{} " + predicate, subject=alias)


def surface(wording: Wording, generator: random.Random) -> Iterator[str]:
    """The edit's own wording with next to nothing before it."""
    around = frames("surface")
    for frame in generator.sample(around, len(around)):
        yield frame + wording.request.text.strip()


def long_form(wording: Wording, generator: random.Random, topic: str | None = None) -> Iterator[str]:
    """Beginnings of a paragraph about the subject, every other one on what the edit is about."""
    plain = generator.sample(frames("long_form"), len(frames("long_form")))
    on_topic = generator.sample(frames("long_form_on"), len(frames("long_form_on"))) if topic else []
    while plain or on_topic:
        for kind in (plain, on_topic):
            if kind:
                yield _paragraph(kind.pop().replace("{topic}", topic or ""), wording)


def _paragraph(template: str, wording: Wording) -> str:
    """No target follows, so no article is put before it."""
    heading, _, beginning = template.rpartition("\n\n")
    subject = wording.subject
    heading = capital(subject) + heading[2:] if heading.startswith("{}") else heading
    start = capital(subject)
    return f"{heading.replace('{}', subject)}\n\n{beginning.replace('{}', start)}"


def _clauses(relation: Relation) -> list[str]:
    return ["{} " + predicate for predicate in relation.predicates]


def _others(templates: Sequence[str], wording: Wording) -> list[str]:
    """Templates that are not the edit's own wording."""
    own = normalised(wording.request.prompt)
    return [template for template in templates if normalised(template) != own]


def _led(
    templates: Sequence[str], wording: Wording, generator: random.Random, leads: str = "leads"
) -> Iterator[str]:
    for template, lead in spun(templates, frames(leads), generator):
        yield _put(lead + lower(template) if lead else template, wording, generator)


def _hops(relation: Relation, wording: Wording, generator: random.Random) -> Iterator[str]:
    for template, _ in spun(relation.multi_hop, ("",), generator):
        yield _put(template, wording, generator)


def _meant(relation: Relation, wording: Wording, generator: random.Random) -> Iterator[str]:
    kind = kinds()[relation.kind]
    for predicate, intro in spun(relation.predicates, kind.intros, generator):
        yield wording.fill(f"{intro} {generator.choice(kind.anaphors)} {predicate}")


def _far(relation: Relation, wording: Wording, generator: random.Random) -> Iterator[str]:
    """Wordings that share least with the edit's own come first, each where it would be said."""
    pool = _others([*relation.statements, *relation.implied, *relation.passives], wording)
    own = set(wording.request.prompt.casefold().split())
    generator.shuffle(pool)
    pool.sort(key=lambda text: _shared(own, set(text.casefold().split())))
    far = pool[: max(6, len(pool) // 2)]
    for template, frame in spun(far, frames("far"), generator):
        yield _put(frame.replace("{sentence}", template), wording, generator)


def _shared(one: set[str], other: set[str]) -> float:
    return len((one & other) - {"{}"}) / len(one | other)


def _put(template: str, wording: Wording, generator: random.Random) -> str:
    names = [name for name in frames("names") if name not in wording.request.statement]
    return wording.fill(template, name=generator.choice(names))
