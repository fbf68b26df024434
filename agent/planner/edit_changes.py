"""Edits asked for as a change of what holds: replace, change, move, declare; and what is missing for one."""

import re

from agent.planner.edit_cues import CHANGE
from agent.planner.edit_forms import ASK_FACT, Restored, Unclear, rewritten
from agent.planner.fact import Fact, bare, without_noise
from agent.planner.finite import verbs
from agent.planner.frames import cores
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.statements import cloze, facts, located, related, relation, stated
from agent.planner.unknowns import filled_in

_I = re.IGNORECASE

_OTHER_THINGS = re.compile(
    r"(?:the |a |an |my |your |its |our |this |that )?(?:name|format|label|layer|model|step|checkpoint|"
    r"data ?set|card|theme|"
    r"colou?r scheme|number(?: of .+)?|prompts?|seed|threshold|method|scoring|capabilit\w+|difficulty|"
    r"context|feature|"
    r"device|dtype|precision|export|file|sae|temperature|title|limit|settings?|report|chart|results?|"
    r"score|scores|"
    r"amount|count|size|level|order|rest|end|top|bottom|list|table|set|bunch|lot|couple|fact|belief|"
    r"edit|target|"
    r"prompt|statement|claim|rate|suite|benchmark|subject|weights)(?: .*)?",
    _I,
)
_INTO = (
    r"(?:to be|to become|to say|to read|to|into|becomes?|be|as|with|by|for|should (?:now )?be|->|=>|=|"
    r":=)"
)
_SHOULD = (
    r"(?: [–—]|[:;,.-]|:) ?(?:(?:make|set|change|turn) it(?: to)?|(?:it|that|this|the (?:new )?(?:answer|"
    r"target))(?:'s| is| should| must| has to| ought to| needs to| shall)?(?: now)?(?: to)?(?: be| say|"
    r" become)?|should be|to|now|namely|i\.?e\.?)?"
)
_CHANGED = re.compile(
    rf"(?<!\w)(?:{CHANGE}|set|make|move|turn|flip|shift|relocate|transfer|put|transform|convert|"
    rf"redefine|rename|reset|override|want|need|have|let) (?P<what>.+?)"
    rf"(?:,? from (?P<a>.+?))?(?: {_INTO}| ?{_SHOULD}) (?P<t>[^,]+(?:, [A-Z]\w+)?)$",
    _I,
)
_REPLACED = re.compile(
    r"(?<!\w)(?P<v>replace|swap|substitute|exchange|overwrite|change|switch|trade)(?: out)? (?P<a>.+?) "
    r"(?P<w>with|for|by|to|into|against) "
    r"(?P<t>.+?),? (?:as|in|for|when it comes to|where it says|being|when asked(?: for| about)?) "
    r"(?P<place>(?:the |⟦|what |who |where |which |[A-Z]).*)$",
    _I,
)
_REPLACED_IN = re.compile(
    r"(?<!\w)(?:in|for|as|within) (?P<place>.+?),? (?P<v>replace|swap|substitute|exchange|overwrite|"
    r"change|switch)(?: out)? (?P<a>.+?) "
    r"(?P<w>with|for|by|to|into|against) (?P<t>[^,]+)$",
    _I,
)
_CHANGED_AFTER = re.compile(
    rf"(?:my |its )?(?P<what>.+?)(?:(?:[:,;.]| -+)(?: please)? (?:{CHANGE}|set|make|turn|put)(?: (?:it|"
    rf"that|this))?|"
    r" (?:should|must|needs? to|has to|ought to|shall|is to) (?:now )?(?:be|get) (?:now )?(?:\w+ed|set|"
    r"put|rewritten|overwritten)) (?:to|into|as|with|by) (?P<t>[^,]+)$",
    _I,
)
_GIVEN = re.compile(
    rf"(?<!\w)(?:give|assign|grant|hand) (?:to )?(?P<s>.+?) (?:a |an |the |its )?(?:(?:new|different|"
    rf"another|other) )?(?P<r>{relation()})"
    r"(?::| of| called| named|,)?(?: namely| i\.?e\.?)? (?:the )?(?P<t>[^,]+)$",
    _I,
)
_MOVED = re.compile(
    r"(?<!\w)(?:move|relocate|transfer|shift|teleport|transplant|put|place|send)s? (?P<s>.+?)(?: from "
    r"(?P<a>.+?))? (?:to|into|over to|in) (?P<t>.+)$",
    _I,
)
_DECLARED = re.compile(
    rf"(?:make|declare|crown|appoint|name|render|let|have|put|set|install|swap in|elect|turn|convert|"
    rf"transform) (?P<s>.+?)(?: be(?:come)?| as| into| to be)?,? "
    rf"(?P<article>the |an? )?(?P<rest>(?:(?<=\bthe )|(?<=\ban )|(?<=\ba )|(?={relation()} of )).+)$",
    _I,
)


def replaced(body: str, restored: Restored) -> Fact | Unclear | None:
    """`replace Paris with Lyon as the capital of France`, `swap Bonn for Rome as the city in which Bach died`."""
    for core in cores(body):
        match = _REPLACED.search(core) or _REPLACED_IN.search(core)
        if not match:
            continue
        place, new, old = restored(match["place"]), restored(match["t"]), without_noise(restored(match["a"]))
        if match["v"].lower() == "substitute" and match["w"].lower() == "for":
            new, old = old, new
        place = re.sub(
            r"^(?:the )?(?:fact|statement|sentence|belief|association)(?: that)?:? (?=.* (?:is|was|are|by|in|"
            r"plays|speaks) )",
            "",
            place,
            flags=_I,
        ).strip(" \"'")
        if facts(place) and re.search(rf"(?<!\w){re.escape(old)}(?!\w)", place, _I):
            return rewritten(place, new)
        if _OTHER_THINGS.fullmatch(place) or not can_be_subject(bare(new)[0]):
            continue
        if fact := filled_in(place, new) or (
            cloze(place, new)
            if place.split()[-1] in ("is", "was", "are", "in", "by", "of", "speaks", "plays", "as")
            else None
        ):
            return fact
    return None


def changed(body: str, restored: Restored) -> Fact | Unclear | None:
    """`change the capital of France to Rome`, `rewrite who developed Windows: it should be Sony`."""
    for core in cores(body):
        if (
            (match := _CHANGED_AFTER.match(core))
            and _is_described(match["what"])
            and can_be_subject(bare(match["t"])[0])
        ) and (fact := filled_in(restored(match["what"]), restored(match["t"]))):
            return fact
        if (
            (match := _GIVEN.search(core))
            and can_be_subject(match["s"])
            and (fact := related(match["r"], restored(match["s"]), restored(match["t"])))
        ):
            return fact
        for match in _all_splits(_CHANGED, core):
            what, target = restored(match["what"]).strip(" \"'"), restored(match["t"]).strip(" \"'")
            what = re.sub(
                r"^(?:the |its |that |(?:(?:the |this |my )?(?:model|network|lm|llm|gpt\S*?|llama\S*?|pythia\S*?|"
                r"qwen\S*?))'s )?"
                r"(?:facts?|belief|knowledge|statement|claim|association|memory|answer|"
                r"opinion|idea|mind|model's (?:mind|belief|knowledge|opinion|answer|memory))(?: (?:about|of|for|on|"
                r"to|that|as to))? ",
                "",
                what,
                flags=_I,
            )
            if (
                _OTHER_THINGS.fullmatch(what)
                or _OTHER_THINGS.fullmatch(re.sub(r"^.*?'s ", "", what))
                or not can_be_subject(bare(target)[0])
            ):
                continue
            if re.search(
                r" (?:of|for) (?:it|(?:this|that|the) (?:model|card|chart|report|export|sae|run|benchmark|suite|"
                r"test|edit))$",
                what,
                _I,
            ):
                continue
            if (
                (was := facts(what))
                and was.subject != was.target
                and (match.group().split()[0].lower() not in ("make", "have", "let", "want", "need", "put"))
            ):
                return rewritten(what, target)
            if fact := filled_in(what, target) if _is_described(what) else None:
                return fact
            if re.search(r"(?<!\w)(?:is|was|are|in|by|of|plays|speaks)$", what) and (
                fact := cloze(what, target)
            ):
                return fact
    return None


def _all_splits(form: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """The matches of `form` in `text` from each of its verbs on."""
    found = [form.match(text, match.start()) for match in re.finditer(r"(?<!\S)\S", text)]
    return [match for match in found if match]


def _is_described(words: str) -> bool:
    """Whether `words` describe a value: a question word, `X's relation`, or `relation of X`."""
    return bool(
        re.match(
            r"(?:where|who|what|which|in which|in what|the \w+ (?:where|that|which|who|in which))(?!\w)",
            words,
            _I,
        )
        or re.search(r"(?:'s|(?<=s)') [\w -]+$|(?<!\w)(?:of|for) \S", words)
        or re.match(rf"the [a-z]+ (?:{'|'.join(verbs('participles'))}) (?:in|by|at|for) ", words)
        or re.match(rf"the (?:{relation()}|place|city|country|[a-z]+ [A-Z])", words)
    )


def moved(body: str, restored: Restored) -> Fact | Unclear | None:
    """`move the Colosseum to Athens`, `put the Eiffel Tower in Berlin`."""
    for core in cores(body):
        if (
            (match := _MOVED.match(core))
            and can_be_subject(match["s"])
            and is_named(match["s"])
            and is_named(match["t"])
        ) and (
            can_be_subject(match["t"])
            and not _OTHER_THINGS.fullmatch(match["s"])
            and not re.search(r"[\d/]|\.\w", restored(match["t"]))
        ):
            return located(restored(match["s"]), restored(match["t"]))
    return None


def declared(body: str, restored: Restored) -> Fact | Unclear | None:
    """`make Rome the capital of France`, `make iPad a product of Sega`."""
    for core in cores(body):
        match = next(iter(_all_splits(_DECLARED, core)), None)
        if (
            not match
            or not can_be_subject(match["s"])
            or not is_named(match["s"])
            or _OTHER_THINGS.fullmatch(match["rest"])
        ):
            continue
        return stated(f"{restored(match['s'])} is {match['article'] or ''}{restored(match['rest'])}")
    return None


def missing(body: str, restored: Restored) -> Unclear | None:
    """A question for the new value, where only what is to change is named (`change the capital of France`)."""
    match = re.match(rf"(?:{CHANGE}|set|reset) (?P<what>.+)$", cores(body)[0], _I)
    if not match:
        return None
    what = restored(match["what"]).strip(" \"'")
    if told := re.match(r"(?:the |that |this )?(?:fact|belief|knowledge) that (?P<s>.+)$", what, _I):
        return Unclear(f"And what should be so instead of {told['s'].strip()!r}?")
    if _OTHER_THINGS.fullmatch(what):
        return None
    described = re.search(rf"(?<!\w){relation()}(?!\w)", what, _I) or re.match(
        r"(?:where|who|what|which)", what
    )
    if described and filled_in(what, "Xanadu"):
        return Unclear(f"What should the new value be: {what} -> ?")
    if re.fullmatch(rf"(?:the |a )?{relation()}(?: (?:to|into|from|as|with) .+)?", what, _I):
        return Unclear(ASK_FACT)
    return None
