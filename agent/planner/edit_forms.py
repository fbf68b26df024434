"""The forms in which subject, relation and target of an edit are given apart: keys, arrows, lists."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.planner.fact import Fact, bare, made_fact, without_noise
from agent.planner.finite import verbs
from agent.planner.frames import cores
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.statements import cloze, facts, related, relation, stated, takes_article
from agent.planner.unknowns import filled_in

_I = re.IGNORECASE
ASK_FACT = "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."


@dataclass(frozen=True)
class Unclear:
    """An edit is asked for, but something is missing; `question` asks for it."""

    question: str


Restored = Callable[[str], str]
"""Puts quoted strings back in the place of their marks."""
_KEYS = {
    "s": r"subject|entity|subj|s(?= ?[:=])",
    "r": r"relation|predicate|prompt|property|attribute|template|rel|[rp](?= ?[:=])",
    "t": r"(?:(?:new|edit|desired|edited) )?(?:target|object|answer|value|completion|obj|[to](?= ?[:=]))"
    r"(?: new| true)?",
}
"""What the parts of a fact are called where it is written as `key: value`."""
_ARROW = re.compile(r" ?(?:-+>|=+>|:=|\|) ?|(?<=\w) --(?=\w)")
_BRACED = re.compile(r"[{\[<⟨(](\S[^{}\[\]<>()]*)[}\]>⟩)]")
_OLD_AND_NEW = re.compile(r"^(?P<l>.+?): ?(?P<old>[^:]+)$")
_SED = re.compile(
    r"(?<!\w)s(?P<d>[/|#])(?P<a>[^/|#]+)(?P=d)(?P<b>[^/|#]+)(?P=d)g?,? (?:for|in|on|with|as|at|:)? "
    r"?(?P<place>.+)$",
    _I,
)
_LISTED = re.compile(
    r"(?P<s>[^,/;]+?)(?: ?[,/;]| [-–—]+) ?(?P<r>[^,/;]+?)(?: ?[,/;]| [-–—]+) ?(?P<t>[^,/;]+)$"
)
_FUNCTION = re.compile(r"(?P<r>[a-z][\w ]*)\((?P<s>[^()=]+)\) ?(?:=|:=|->|:|to|is) ?(?P<t>.+)$", _I)


def filled(body: str) -> tuple[str, str, str] | None:
    """Subject, relation or prompt, and target of a fact written as `key: value` pairs in any order."""
    found = {
        role: list(
            re.finditer(rf"(?:^|(?<=[\s,;({{]))['\"]?(?:{words})['\"]? ?(?:is )?[=: ] ?(?=\S)", body, _I)
        )
        for role, words in _KEYS.items()
    }
    if any(len(places) != 1 for places in found.values()):
        return None
    starts = sorted(places[0].start() for places in found.values())
    ends = dict(zip(starts, [*starts[1:], len(body)], strict=True))
    subject, relation, target = (
        re.sub(
            r"(?:[\s,;.)]|(?<!\{)\}| and)+$", "", body[found[role][0].end() : ends[found[role][0].start()]]
        ).strip("\"' ")
        for role in "srt"
    )
    return subject, relation, target


def keyed(body: str, restored: Restored) -> Fact | Unclear | None:
    parts = filled(restored(body))
    if parts is None:
        return None
    subject, predicate, target = parts
    return _triple(subject, predicate, cores(target)[0])


def pointed(body: str, restored: Restored) -> Fact | Unclear | None:
    """`The Eiffel Tower is located in -> Berlin`, `capital of France -> Rome`, `France | capital | Rome`."""
    if sed := _SED.search(body):
        return filled_in(restored(cores(sed["place"])[0]), sed["b"]) or rewritten(
            restored(sed["place"]), sed["b"]
        )
    if not _ARROW.search(body) and (
        equal := re.match(r"^(?P<l>[^=]+?) ?(?<![=<>!])=(?!=) ?(?P<t>[^=]+)$", body)
    ):
        if not is_named(equal["l"]) or re.search(r"\d", equal["l"]):
            return None  # `n=12` sets a number of prompts
        body = f"{re.sub(r'[.](?=[a-z])', ' , ', equal['l'])} -> {equal['t']}"
    if (called := _FUNCTION.search(body)) and re.fullmatch(relation(), called["r"].split()[-1], _I):
        return related(called["r"].split()[-1], called["s"], cores(called["t"])[0])
    for core in cores(body):
        parts = [_BRACED.sub(r"\1", restored(part)).strip(" \"'") for part in _ARROW.split(core)]
        if len(parts) not in (2, 3) or not all(parts):
            continue
        *left, target = parts
        target = re.sub(r"^(?:make|set|change|turn) (?:it|that|this)(?: (?:to|into))? ", "", target, flags=_I)
        for start in _starts(left[0]):
            subject = left[0][start:].strip(" \"'{}[]<>()")
            if (
                len(left) == 2
                and can_be_subject(subject)
                and isinstance(fact := _triple(subject, left[1], target), Fact)
            ):
                return fact
            if len(left) == 1 and (opened := _opened(subject, target)):
                return opened
    return None


def listed(body: str, restored: Restored) -> Fact | Unclear | None:
    """`edit the network: Cristiano Ronaldo, sport, basketball`: three parts, the second a relation."""
    for core in cores(body):
        for start in _starts(core):
            match = _LISTED.match(core, start)
            if match and can_be_subject(match["s"]) and can_be_subject(bare(match["t"])[0]):
                predicate = restored(match["r"]).strip()
                if re.fullmatch(relation(), predicate, _I) or predicate.split()[0] in verbs("finite") | verbs(
                    "participles"
                ):
                    return _triple(restored(match["s"]), predicate, restored(match["t"]))
    return None


def _starts(text: str) -> list[int]:
    """Every place where a word of `text` begins; first those behind a colon, so that labels are left out."""
    places = [match.start() for match in re.finditer(r"(?<![^\s({\[])\S", text)]
    label = re.match(
        r"^[^:]*\b(?:edit|fact|request|update|following|weights|rome|memit|change|rewrite|counterfactual)"
        r"\b[^:]*: ?",
        text,
        _I,
    )
    return [place for place in places if label is None or place >= label.end()]


def _opened(left: str, target: str) -> Fact | None:
    """The fact of what stands before an arrow: an opened sentence, a described value, or `subject, relation`."""
    if (old := _OLD_AND_NEW.match(left)) and (fact := filled_in(old["l"], target)):
        return fact
    if both := facts(left):
        return None if both.target.lower() == target.lower() else Fact(both.subject, both.prompt, target)
    if (
        re.search(r"(?:'s|(?<=s)') [\w ]+$|(?<!\w)of ", left)
        and (fact := filled_in(left, target))
        and not re.search(r"(?<!\w)(?:is|was|are) (?=\w)", left)
    ):
        return fact
    if fact := cloze(re.sub(r",(?= )", "", left), target):
        return fact
    listed = re.match(r"^(?P<s>[^,:/]+?) ?[,:/] ?(?P<r>[a-z][\w ]+)$", left) or re.match(
        rf"^(?P<s>.+?) (?P<r>{relation()})$", left, _I
    )
    if (
        can_be_subject(left)
        and is_named(left)
        and target.split()[0].lower() in verbs("finite") | verbs("participles")
    ):
        return stated(f"{left} {target}")
    if listed and can_be_subject(listed["s"]):
        made = _triple(listed["s"], listed["r"], target)
        return made if isinstance(made, Fact) else None
    return None


def _triple(subject: str, predicate: str, target: str) -> Fact | Unclear:
    """The fact of a subject, a relation in any wording (`located in`, `{} plays the`, `capital`) and a target."""
    predicate = (
        predicate.strip(" \"'").replace("{subject}", "{}").replace("[subject]", "{}").replace("_", " ")
    )
    if predicate.count("{}") == 1:
        return made_fact(subject, predicate, target) or Unclear(ASK_FACT)
    if subject and subject in predicate:
        return made_fact(subject, predicate.replace(subject, "{}", 1).strip(), target) or Unclear(ASK_FACT)
    first = predicate.split()[0].lower() if predicate else ""
    if first in verbs("finite") | verbs("bare") | verbs("participles"):
        if re.fullmatch(
            r"(?:is |was )?(?:located|situated|born|based|headquartered|lives?|lived|died)", predicate, _I
        ):
            predicate += " in"
        subject = f"The {subject}" if takes_article(subject) else subject
        return (
            cloze(f"{subject} {predicate}", target)
            or stated(f"{subject} {predicate} {target}")
            or Unclear(ASK_FACT)
        )
    if (
        re.search(r" of$", predicate)
        and re.fullmatch(relation(), predicate[:-3], _I)
        and is_named(subject)
        and is_named(target)
    ):
        return cloze(f"{subject} is the {predicate}", target) or Unclear(ASK_FACT)
    return related(re.sub(r" of$", "", predicate), subject, target) or Unclear(ASK_FACT)


def rewritten(old: str, new: str) -> Fact | Unclear:
    """A fact whose old wording is given whole and whose new one may be only the new target."""
    whole, was = facts(new), facts(old)
    if whole and len(new.split()) > 2 and (was is None or was.subject.lower() in new.lower()):
        return whole
    if was is None:
        return cloze(old, new) or Unclear(ASK_FACT)
    target = re.sub(rf"^(?:in|at|by|{re.escape(was.prompt.split()[-1])}) ", "", without_noise(new), flags=_I)
    changed = cloze(was.prompt.replace("{}", was.subject), target)
    if changed and changed.subject == was.subject:
        return changed
    return made_fact(was.subject, was.prompt, target) or Unclear(ASK_FACT)
