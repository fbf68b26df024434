"""What a question or a description leaves open (`where X was born`, `the city in which X died`), filled in."""

import re

from agent.planner.fact import Fact, bare, made_fact
from agent.planner.finite import third_person, verbs
from agent.planner.noun_phrases import can_be_subject
from agent.planner.statements import located, related, relation, stated

_PLACE = (
    r"(?:place|city|town|country|state|continent|region|location|spot|nation|capital|land|county|"
    r"village|museum|"
    r"building|street|field|area|year|sector|domain|genre|language|position)"
)
_BE = r"(?:is|are|was|were)"
_WHICH_NOUN = re.compile(
    r"(?P<before>(?i:in|on|at|for|by) )?(?P<d>(?i:which|what|the))(?P<n>(?: (?!of\b|is\b|was\b|does\b|"
    r"did\b)[a-z-]+){0,3}?)"
    r"(?: (?:that|which|where|(?P<inside>in|for|of|on|at|by|to|with) which))? "
)
"""What stands before the subject: `which sport`, `in what city`, `the team for which`."""
_WHERE_NOUN = re.compile(
    r"(?:city|town|country|state|place|nation|continent|location|museum|year|field|area)$"
)
_FINITE = "|".join(sorted(verbs("finite"), key=len, reverse=True))
_INTO = re.compile(r" (?:in|at|on|of|for|by|from|to|with|as)$")


def filled_in(question: str, answer: str) -> Fact | None:
    """The fact that `answer` answers `question`: a question, direct or not, or a description of what is unknown.

    >>> filled_in("the city in which Albert Einstein died", "Vienna")
    Fact(subject='Albert Einstein', prompt='{} died in', target='Vienna')
    """
    words = re.sub(
        r"^(?:the (?:question|matter|fact|belief)(?: of)?|about|to|of|for|with|:|that|as) ",
        "",
        question.strip(" ?.!:,\"'"),
        flags=re.I,
    )
    if not answer.strip():
        return None
    for reading in (_where, _who, _described, _which, _valued):
        if fact := reading(words, answer):
            return fact
    return None


def _where(words: str, answer: str) -> Fact | None:
    if match := re.match(
        rf"where (?P<v>{_BE}) (?P<s>.+?)(?P<p> (?:{'|'.join(verbs('participles'))}))?$", words, re.I
    ):
        return _in_place(match["s"], match["v"], match["p"] or "", answer)
    if match := re.match(r"where (?:did|does|do) (?P<s>.+) (?P<v>[a-z]+)(?P<p> from)?$", words, re.I):
        return stated(f"{match['s']} {third_person(match['v'].lower())}{match['p'] or ' in'} {answer}")
    if (
        match := re.match(
            rf"(?:where|(?:the|that|this) {_PLACE} (?:where|in which|that)) (?P<s>.+?) (?P<v>{_FINITE})(?P<p> "
            rf"[a-z]+)?(?: in| to| at| from)?$",
            words,
            re.I,
        )
    ) and can_be_subject(match["s"]):
        return _in_place(match["s"], match["v"], match["p"] or "", answer)
    return None


def _in_place(subject: str, verb: str, participle: str, answer: str) -> Fact | None:
    participle = "" if participle.strip() in ("in", "at", "from", "to", "now") else participle
    if verb.lower() in ("is", "are") and not participle:
        return located(subject, answer)
    where = "from" if verb.lower() in ("comes", "come", "hails", "originates") else "in"
    return stated(f"{subject} {verb.lower()}{participle.lower()} {where} {re.sub('^(?:in|at) ', '', answer)}")


def _who(words: str, answer: str) -> Fact | None:
    who = (
        r"(?:who(?:m)?|the (?:person|man|woman|one|guy|company|firm|people|team|band|country|artist) "
        r"(?:who|that|which))"
    )
    if match := re.match(rf"{who} (?P<v>{_BE} )?(?P<rest>.+)$", words, re.I):
        rest = match["rest"]
        if match["v"] and (
            role := re.match(rf"(?:the )?(?P<r>{relation()}) (?:of|for) (?P<s>.+)$", rest, re.I)
        ):
            return related(role["r"], role["s"], answer)
        if role := re.match(rf"(?:the )?(?P<r>{relation()}) (?:of|for) (?P<s>.+?) (?:is|was)$", rest, re.I):
            return related(role["r"], role["s"], answer)
        if match["v"] and (role := re.match(rf"(?P<s>.+?)(?:'s|(?<=s)') (?P<r>{relation()})$", rest, re.I)):
            return related(role["r"], role["s"], answer)
        if match["v"] and (
            passive := re.match(r"(?P<s>.+) (?P<p>[a-z]+ed|written|built|sung|made|led|run) by$", rest, re.I)
        ):
            return stated(f"{passive['s']} {match['v'].strip()} {passive['p']} by {answer}")
        first = rest.split()[0].lower()
        if first in verbs("finite") and not match["v"]:
            return stated(f"{answer} {rest}")
        return _subject_verb(rest, "", answer) if not match["v"] else None
    return None


def _which(words: str, answer: str) -> Fact | None:
    """`which sport X plays`, `what language does X speak`, `in which city X died`, `the team that X plays for`."""
    heads = [
        head
        for cut in range(len(words) - 1, 0, -1)
        if words[cut - 1] == " " and (head := _WHICH_NOUN.fullmatch(words[:cut]))
    ]
    for head in heads:
        noun = head["n"].strip()
        if not noun and (head["before"] or head["d"].lower() == "the"):
            continue
        preposition = (head["before"] or head["inside"] or "").strip()
        if not preposition and _WHERE_NOUN.search(noun):
            preposition = "in"
        if fact := _subject_verb(words[head.end() :], preposition, answer):
            return fact
    return None


def _subject_verb(rest: str, preposition: str, answer: str) -> Fact | None:
    """`X plays`, `does X play`, `X is married to`, with `preposition` before the answer where none stands there."""
    if match := re.match(r"(?:does|did|do) (?P<s>.+?) (?P<v>[a-z]+)(?P<p>(?: [a-z]+)*)$", rest, re.I):
        if not can_be_subject(match["s"]):
            return None
        phrase = f"{match['s']} {third_person(match['v'].lower())}{match['p']}"
    elif match := re.match(
        rf"(?P<v>{_BE}) (?P<s>.+?)(?P<p> (?:{'|'.join(verbs('participles'))}|in|from)(?: [a-z]+)*)$",
        rest,
        re.I,
    ):
        if not can_be_subject(match["s"]):
            return None
        phrase = f"{match['s']} {match['v']}{match['p']}"
    else:
        last = re.match(rf"(?P<s>.+?) (?P<v>{_FINITE})(?P<p>(?: [a-z]+){{0,3}})$", rest)
        if not last or not can_be_subject(last["s"]):
            return None
        phrase = rest
    if not _INTO.search(phrase):
        phrase = f"{phrase} {preposition}".strip()
    return stated(f"{phrase} {re.sub('^(?:in|at|by) ', '', answer)}")


def _described(words: str, answer: str) -> Fact | None:
    """`the capital of X`, `X's capital`, `what the capital of X is`."""
    words = re.sub(
        rf"^(?:what|which|who)(?: {_BE})? |(?<=\w) (?:is|was|are)(?: called)?$", "", words, flags=re.I
    )
    words = re.sub(r" (?:is|was|are)$", "", words)
    if (
        match := re.match(r"(?:the |a )?(?P<r>[\w][\w -]*?) (?:of|for) (?P<s>.+)$", words, re.I)
    ) and can_be_subject(match["s"]):
        known = re.fullmatch(relation(), match["r"], re.I)
        if known or (can_be_subject(match["r"]) and match["r"].islower()):
            return related(match["r"], match["s"], answer)
    if (
        match := re.match(
            rf"(?:the )?(?P<r>[a-z-]+ (?:{'|'.join(verbs('participles'))}) (?:in|by|at|for)) (?P<s>.+)$",
            words,
        )
    ) and can_be_subject(match["s"]):
        subject, article = bare(match["s"])
        return made_fact(subject, f"The {match['r']} {article}{{}} is", answer)
    if (
        match := re.match(r"(?P<s>.+?)(?:'s|(?<=s)'(?= )) (?P<r>[\w][\w -]*)$", words, re.I)
    ) and can_be_subject(match["s"]):
        return related(match["r"], match["s"], answer)
    return None


def _valued(words: str, answer: str) -> Fact | None:
    """`what X is made of`, `what X plays`."""
    if match := re.match(r"what (?P<rest>.+)$", words, re.I):
        return _subject_verb(match["rest"], "", answer)
    return None
