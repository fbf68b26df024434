"""Which relation an edit is about, read from its prompt's wording and, where that is ambiguous, from its targets."""

import re
from functools import cache

from prompts.probes.aliases import PERSONS
from prompts.probes.relation import Relation, relations, vocabulary
from tools.editing.request import PLACE, EditRequest

SUBJECT = "§"

_ENDS = re.compile(r"(?:\s+(?:a|an|the)|[\s:?._…\"]+|\ba:)+$")
_BEGINS = re.compile(r"^(?:q(?:uestion)?:\s*|fact:\s*|[\"'])+")
_ARTICLE = re.compile(rf"\b(?:the|an?) {SUBJECT}")


def find_relation(request: EditRequest) -> Relation | None:
    """The relation that a request's prompt words; None where no wording fits, or several and no target tells.

    A new target that only some of the fitting relations have decides; else a relation whose targets can be anything.
    """
    prompt = normalised(request.prompt)
    fitting = [relation for relation in relations() if _fits(relation, prompt, request)]
    known = [relation for relation in fitting if relation.has_target(request.target)]
    any_target = [relation for relation in fitting if relation.vocabulary is None]
    was_known = [one for one in fitting if request.true_target and one.has_target(request.true_target)]
    for group in (known, any_target, was_known):
        if group:
            return max(group, key=lambda relation: _suits(relation.kind, request.subject))
    return fitting[0] if len(fitting) == 1 else None


def _fits(relation: Relation, prompt: str, request: EditRequest) -> bool:
    firm, vague = _patterns(relation.name)
    if firm.fullmatch(prompt):
        return True
    targets = [target for target in (request.target, request.true_target) if target]
    return vague.fullmatch(prompt) is not None and any(map(relation.has_target, targets))


def _suits(kind: str, subject: str) -> bool:
    """Whether a name looks like one of that kind; the first relation of those that suit is taken."""
    if subject.casefold().removeprefix("the ") in vocabulary("countries"):
        return kind in ("country", "place")
    words = subject.casefold().split()
    is_person = len(words) > 1 and words[0] in vocabulary("given_names")
    return kind != "country" and is_person == (kind in PERSONS)


def normalised(prompt: str) -> str:
    """A prompt in small letters with `§` for the subject, without marks and articles around it and at its end."""
    text = " ".join(prompt.replace(PLACE, SUBJECT).split()).casefold()
    text = _BEGINS.sub("", _ENDS.sub("", text))
    return _ARTICLE.sub(SUBJECT, text)


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    relation = next(one for one in relations() if one.name == name)
    own = ["{} " + predicate for predicate in relation.predicates]
    own += [*relation.statements, *relation.actives, *relation.passives, *relation.questions]
    vague = re.compile("|".join(f"(?:{wording})" for wording in relation.vague) or "(?!)")
    literal = {normalised(text.replace("{a}", "a")) for text in own}
    firm = [*relation.wordings, *(re.escape(text) for text in sorted(literal) if not vague.fullmatch(text))]
    return re.compile("|".join(f"(?:{wording})" for wording in firm)), vague
