"""The forms an edit is asked for in, each read into a fact: a changed relation, an arrow, a replacement, an order."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.planner.edit_wordings import (
    ANSWERS,
    ARROW,
    CHANGE,
    CHANGED,
    FACT_TO,
    GIVEN,
    KEYS,
    MAKE_R,
    MAKE_V,
    MOVED,
    ORDERS,
    OTHER_OBJECTS,
    REPLACED,
    WHAT,
    WHERE,
)
from agent.planner.fact import made_fact
from agent.planner.statements import (
    MADE_BY,
    UNIQUE,
    Fact,
    cloze,
    facts,
    located,
    named_thing,
    related,
    without_noise,
)


@dataclass(frozen=True)
class Unclear:
    """An edit is asked for, but something is missing; `question` asks for it."""

    question: str


Restored = Callable[[str], str]
"""Puts quoted strings back in the place of their marks."""

_CONJUGATED = {
    "be": "is",
    "play": "plays",
    "speak": "speaks",
    "work": "works",
    "live": "lives",
    "come": "comes",
    "belong": "belongs",
    "die": "died",
    "use": "uses",
    "stand": "stands",
    "sit": "sits",
    "lie": "lies",
}

ASK_FACT = "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."


def filled(body: str) -> tuple[str, str, str] | None:
    """Subject, relation or prompt, and target of a fact written as `key: value` pairs in any order."""
    found = {
        role: list(re.finditer(rf"(?:^|(?<=[\s,;(]))(?:{words}) ?(?:is )?[=: ] ?(?=\S)", body, re.IGNORECASE))
        for role, words in KEYS.items()
    }
    if any(len(places) != 1 for places in found.values()):
        return None
    starts = sorted(places[0].start() for places in found.values())
    ends = dict(zip(starts, [*starts[1:], len(body)], strict=True))
    subject, relation, target = (
        re.sub(r"(?:[\s,;.)]| and)+$", "", body[found[role][0].end() : ends[found[role][0].start()]])
        for role in "srt"
    )
    return subject, relation, target


def answered(body: str, restored: Restored) -> Fact | Unclear | None:
    """An answer with what it is to answer: `answer Berlin when asked where the Eiffel Tower is`."""
    if parts := filled(body):
        return _triple(*(restored(part) for part in parts))
    match = next((m for expression in ANSWERS if (m := expression.search(body))), None)
    if not match or not re.match(
        rf"(?:{CHANGE}|make|have|get|teach|train|force|let|want|need|the|it|if|when(?:ever)?|every time)(?!\w)",
        body,
        re.IGNORECASE,
    ):
        return None
    prompt, target = restored(match["p"]).strip(" ?."), restored(match["t"])
    if place := re.match(
        r"^where (?:is )?(?P<s>.+?)(?: is| stands| lies)?(?: located| situated)?$", prompt, re.IGNORECASE
    ):
        return located(place["s"], target)
    if made_by := re.match(rf"^who (?P<v>{'|'.join(MADE_BY)}) (?P<s>.+)$", prompt, re.IGNORECASE):
        return facts(f"{target} {made_by['v']} {made_by['s']}")
    if not re.match(r"(?:what|who)(?!\w)", prompt, re.IGNORECASE) and (made := cloze(prompt, target)):
        return made
    if asked := re.match(
        r"^(?:what|who)(?: is| was)? (?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: "
        r"is| was)?$|^(?:for )?the (?P<q>[\w -]+?) of (?P<u>.+)$",
        prompt,
        re.IGNORECASE,
    ):
        return related(asked["r"] or asked["q"], asked["s"] or asked["u"], target)
    return None


def changed(body: str, restored: Restored) -> Fact | Unclear | None:
    if (
        (match := GIVEN.match(body))
        and not OTHER_OBJECTS.match(match["r"])
        and not re.match(r"(?:feature|f\d|#|latent|it|me)(?!\w)", match["s"], re.I)
    ):
        return related(match["r"], restored(match["s"]), restored(match["t"])) or Unclear(ASK_FACT)
    if match := WHERE.search(body):
        subject, target = restored(match["s"]), restored(match["t"])
        if match["v"] and match["v"].lower() == "born":
            return facts(f"{subject} was born in {target}") or Unclear(ASK_FACT)
        return located(subject, target) or Unclear(ASK_FACT)
    if match := WHAT.search(body):
        return facts(f"{restored(match['s'])} {match['v']} {restored(match['t'])}") or Unclear(ASK_FACT)
    for pattern in CHANGED:
        match = pattern.match(body)
        if (
            match
            and not OTHER_OBJECTS.match(match["r"])
            and not re.match(r"(?:the )?(?:fact|belief|statement|claim)\b", match["r"], re.I)
        ):
            subject = restored(match["s"])
            if re.match(r"(?:this|that|the) (?:model|card|chart|report|export|sae|run)\b", subject, re.I):
                return None
            return related(restored(match["r"]), subject, restored(match["t"])) or Unclear(
                f"What should the {match['r'].strip()} of {subject} be?"
            )
    incomplete = re.match(
        rf"(?:{CHANGE}|switch|swap) (?:the )?(?P<r>capital|currency|ceo|"
        r"president|author|location|birthplace|mother tongue|native language|"
        r"official language|king|founder|headquarters|nationality|profession|"
        r"sport) of (?P<s>[^,]+?)[.!]?$",
        body,
        re.IGNORECASE,
    )
    if incomplete:
        return Unclear(f"What should the {incomplete['r']} of {restored(incomplete['s'])} be?")
    if re.match(
        rf"(?:{CHANGE}|switch|set) (?:the |a )?(?:capital|currency|ceo|president|"
        r"author|location|birthplace|mother tongue|(?:native |official "
        r")?language|king|founder|headquarters|nationality|profession|"
        r"sport)(?: (?:to|into|from) .+)?[.!]?$",
        body,
        re.IGNORECASE,
    ):
        return Unclear(ASK_FACT)
    if (match := FACT_TO.match(body)) and (
        re.match(r"⟦\d+⟧", match["l"])
        or re.search(r"(?:the (?:fact|belief|statement|claim)|that) ", body[:60])
    ):
        return _rewritten(restored(match["l"]), restored(match["t"]))
    told = re.match(
        rf"{CHANGE} (?:the |that |this )?(?:fact|belief|knowledge) that (?P<s>.+)$", body, re.IGNORECASE
    )
    if told:
        return Unclear(f"And what should be so instead of {restored(told['s']).strip()!r}?")
    return None


def _rewritten(old: str, new: str) -> Fact | Unclear:
    """A fact whose old wording is given whole and whose new one may be only the new target."""
    whole = facts(new)
    was = facts(old)
    if whole and len(new.split()) > 2 and (was is None or was.subject.lower() in new.lower()):
        return whole
    if was:
        target = re.sub(
            rf"^(?:in|at|by|{re.escape(was.prompt.split()[-1])}) ", "", without_noise(new), flags=re.I
        )
        changed = cloze(was.prompt.replace("{}", was.subject), target)
        if changed and changed.subject == was.subject:
            return changed
        return Fact(was.subject, was.prompt, target) if target else Unclear(ASK_FACT)
    return cloze(old, new) or Unclear(ASK_FACT)


def arrow(body: str, restored: Restored) -> Fact | Unclear | None:
    """`The Eiffel Tower is located in -> Berlin`, `capital of France -> Rome`, `France | capital | Rome`."""
    if triple := re.match(
        r"^(?:edit|fact|rome|set|change)?:? ?(?P<s>[^|]+?) ?\| ?(?P<r>[^|]+?) ?\| ?(?P<t>[^|]+)$", body
    ):
        return _triple(restored(triple["s"]), restored(triple["r"]), restored(triple["t"]))
    match = ARROW.match(body)
    if not match or ("=" in match.group().replace("=>", "") and not ORDERS.match(body)):
        return None  # `n=12` sets a number of prompts
    left = re.sub(
        rf"^(?:{CHANGE}|set|fact|rome|make)(?: (?:the )?(?:fact|model|weights|knowledge))?[: ]+",
        "",
        restored(match["l"]).strip(),
        flags=re.I,
    ).strip(" \"'")
    target = restored(match["t"]).strip(" \"'")
    if both := facts(left):
        return Fact(both.subject, both.prompt, target) if target else None
    of = re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I)
    if (
        of
        and not re.search(r"(?<!\w)(?:is|was|are|plays|speaks)(?!\w)", of["r"], re.I)
        and not named_thing(of["r"])
    ):
        return related(of["r"], of["s"], target)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I):
        return related(owned["r"], owned["s"], target)
    if made := cloze(left, target):
        return made
    listed = re.match(r"^(?P<s>.+?) ?[,:/|] ?(?P<r>[a-z][\w ]+)(?:: ?.+)?$", left) or re.match(
        r"^(?P<s>.+?) (?P<r>capital|currency|location|president|ceo|author|"
        r"birthplace|language|sport|nationality|mother tongue|headquarters)(?:: "
        r"?.+)?$",
        left,
        re.I,
    )
    if listed and not re.match(r"(?:step|checkpoint|feature)", left, re.I):
        return _triple(listed["s"], listed["r"], target)
    named = re.search(r"[A-Z][a-z]", left) or re.match(r"(?:edit|change|fact)", body, re.I)
    return Unclear(ASK_FACT) if named and not re.search(r"\d", body) else None


def _triple(subject: str, relation: str, target: str) -> Fact | Unclear:
    if relation.count("{}") == 1:
        return made_fact(subject, relation.strip(), target) or Unclear(ASK_FACT)
    if subject and subject in relation:
        return made_fact(subject, relation.replace(subject, "{}", 1).strip(), target) or Unclear(ASK_FACT)
    if verb := re.match(
        r"(?:is|was|plays|speaks|works|lives|died|born|located|situated)(?: .+)?$", relation.strip(), re.I
    ):
        phrase = verb.group()
        phrase = (
            f"is {phrase}"
            if re.match(r"located|situated", phrase, re.I)
            else f"was {phrase}"
            if phrase.lower().startswith("born")
            else phrase
        )
        phrase = phrase if re.search(r" (?:in|of|for|by|at)$|^plays|^speaks", phrase) else f"{phrase} in"
        return facts(f"{subject} {phrase} {target}") or Unclear(ASK_FACT)
    relation = re.sub(r" of$", "", relation.strip())
    return related(relation, subject, target) or Unclear(ASK_FACT)


def replaced(body: str, restored: Restored) -> Fact | Unclear | None:
    match = REPLACED.match(body)
    if not match:
        return None
    place, target, old = restored(match["rs"]), restored(match["t"]), without_noise(restored(match["a"]))
    place = without_noise(
        re.sub(
            r"^(?:(?:the )?(?:fact|statement|sentence|belief)(?: that)?|the)[: "
            r"]+(?=.* (?:is|was|are|by|in|plays|speaks) )",
            "",
            place,
            flags=re.I,
        )
    )
    if re.search(r"(?<!\w)(?:is|was|are|plays|speaks|by|in)(?!\w)", place, re.I) and re.search(
        rf"(?<!\w){re.escape(old)}(?!\w)", place, re.I
    ):
        return _rewritten(place, target)
    of = re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+)$", place, re.I)
    if of and not OTHER_OBJECTS.match(of["r"]) and not re.search(r"\b(?:is|was|are)\b", of["r"]):
        return related(of["r"], of["s"], target) or Unclear(ASK_FACT)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+)$", place, re.I):
        return related(owned["r"], owned["s"], target) or Unclear(ASK_FACT)
    if old.lower() in place.lower():
        return _rewritten(place, target)
    if re.search(r"(?<!\w)(?:is|was|are|in|by|of|speaks|plays)$", place, re.I):
        return cloze(place, target) or Unclear(ASK_FACT)
    return None


def made_so(body: str, restored: Restored) -> Fact | Unclear | None:
    if (match := MAKE_R.match(body)) and not OTHER_OBJECTS.match(match["r"]):
        if re.fullmatch(
            r"(?:a |an )?(?:copy|list|table|report|chart|png|summary|plot|"
            r"suite|set|test|benchmark|card|note|bunch|number|couple|lot|"
            r"\d+.*|some|more)(?: .*)?",
            match["t"] + " " + match["r"],
            re.I,
        ):
            return None
        if not re.search(
            r"(?<!\w)(?:be|play|speak|work|live)$", f"{match['t']} {match['r'].split()[0]}", re.I
        ):
            found = related(match["r"], restored(match["s"]), restored(match["t"]))
            return found if found and (restored(match["t"])[:1].isupper() or _is_role(match["r"])) else None
    if match := MAKE_V.match(body):
        verb = _CONJUGATED[match["v"].lower()]
        return facts(f"{restored(match['s'])} {verb}{match['p'] or ''} {restored(match['t'])}") or Unclear(
            ASK_FACT
        )
    owned = re.match(
        rf"^(?:make|set) (?P<s>.+?)(?:'s|s') (?P<r>{UNIQUE}) (?:be |to )?(?P<t>\S.*)$", body, re.I
    )
    if owned and restored(owned["t"])[:1].isupper():
        return related(owned["r"], restored(owned["s"]), restored(owned["t"]))
    if match := MOVED.match(body):
        if OTHER_OBJECTS.search(match["s"]):
            return None
        return located(restored(match["s"]), restored(match["t"])) or Unclear(ASK_FACT)
    return None


def _is_role(words: str) -> bool:
    return bool(
        re.search(
            r"capital|currency|ceo|president|king|queen|author|founder|language|"
            r"minister|inventor|home|owner|leader|creator|director",
            words,
            re.I,
        )
    )
