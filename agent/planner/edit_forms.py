"""The forms in which subject, relation and target of an edit are given apart: keys, arrows, quotes, replacements."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.planner.edit_cues import CHANGE
from agent.planner.fact import Fact, bare, made_fact, without_noise
from agent.planner.finite import verbs
from agent.planner.frames import cores
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.statements import (
    cloze,
    facts,
    located,
    named_thing,
    related,
    relation,
    stated,
    takes_article,
)
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
    "s": r"subject|entity",
    "r": r"relation|predicate|prompt|property|attribute|template",
    "t": r"(?:(?:new|edit|desired|edited) )?(?:target|object|answer|value|completion)(?: new| true)?",
}
"""What the parts of a fact are called where it is written as `key: value`."""
_OTHER_THINGS = re.compile(
    r"(?:the |a |an |my |your |its |our |this |that )?(?:name|format|label|layer|model|step|checkpoint|data ?set|card|theme|"
    r"colou?r scheme|number(?: of .+)?|prompts?|seed|threshold|method|scoring|capabilit\w+|difficulty|context|feature|"
    r"device|dtype|precision|export|file|sae|temperature|title|limit|settings?|report|chart|results?|score|scores|"
    r"amount|count|size|level|order|rest|end|top|bottom|list|table|set|bunch|lot|couple|fact|belief|edit|target|"
    r"prompt|statement|claim|rate|suite|benchmark|subject|weights)(?: .*)?",
    _I,
)
_ARROW = re.compile(r" ?(?:-+>|=+>|:=|\|) ?|(?<=\w) --(?=\w)")
_BRACED = re.compile(r"[{\[<⟨(](\S[^{}\[\]<>()]*)[}\]>⟩)]")
_OLD_AND_NEW = re.compile(rf"^(?P<l>.+?): ?(?P<old>[^:]+)$")
_SED = re.compile(
    r"(?<!\w)s(?P<d>[/|#])(?P<a>[^/|#]+)(?P=d)(?P<b>[^/|#]+)(?P=d)g?,? (?:for|in|on|with|as|at|:)? ?(?P<place>.+)$",
    _I,
)
_INTO = r"(?:to be|to become|to say|to read|to|into|becomes?|be|as|with|by|for|should (?:now )?be|->|=>|=|:=)"
_SHOULD = r"(?:[:;,.-]|:) ?(?:(?:make|set|change|turn) it(?: to)?|(?:it|that|this|the (?:new )?(?:answer|target))(?:'s| is| should| must| has to| ought to| needs to| shall)?(?: now)?(?: to)?(?: be| say| become)?|should be|to|now|namely|i\.?e\.?)?"
_CHANGED = re.compile(
    rf"(?<!\w)(?:{CHANGE}|set|make|move|turn|flip|shift|relocate|transfer|put|transform|convert|redefine|rename|reset|override|want|need|have|let) (?P<what>.+?)"
    rf"(?:,? from (?P<a>.+?))?(?: {_INTO}| ?{_SHOULD}) (?P<t>[^,]+(?:, [A-Z]\w+)?)$",
    _I,
)
_REPLACED = re.compile(
    r"(?<!\w)(?P<v>replace|swap|substitute|exchange|overwrite|change|switch|trade)(?: out)? (?P<a>.+?) (?P<w>with|for|by|to|into|against) "
    r"(?P<t>.+?),? (?:as|in|for|when it comes to|where it says|being|when asked(?: for| about)?) (?P<place>(?:the |⟦|what |who |where |which |[A-Z]).*)$",
    _I,
)
_REPLACED_IN = re.compile(
    r"(?<!\w)(?:in|for|as|within) (?P<place>.+?),? (?P<v>replace|swap|substitute|exchange|overwrite|change|switch)(?: out)? (?P<a>.+?) "
    r"(?P<w>with|for|by|to|into|against) (?P<t>[^,]+)$",
    _I,
)
_CHANGED_AFTER = re.compile(
    rf"(?:my |its )?(?P<what>.+?)(?:(?:[:,;.]| -+)(?: please)? (?:{CHANGE}|set|make|turn|put)(?: (?:it|that|this))?|"
    r" (?:should|must|needs? to|has to|ought to|shall|is to) (?:now )?(?:be|get) (?:now )?(?:\w+ed|set|put|rewritten|overwritten)) (?:to|into|as|with|by) (?P<t>[^,]+)$",
    _I,
)
_LISTED = re.compile(
    r"(?P<s>[^,/;]+?)(?: ?[,/;]| [-–—]+) ?(?P<r>[^,/;]+?)(?: ?[,/;]| [-–—]+) ?(?P<t>[^,/;]+)$"
)
_FUNCTION = re.compile(r"(?P<r>[a-z][\w ]*)\((?P<s>[^()=]+)\) ?(?:=|:=|->|:|to|is) ?(?P<t>.+)$", _I)
_GIVEN = re.compile(
    rf"(?<!\w)(?:give|assign|grant|hand) (?:to )?(?P<s>.+?) (?:a |an |the |its )?(?:(?:new|different|another|other) )?(?P<r>{relation()})"
    r"(?::| of| called| named|,)?(?: namely| i\.?e\.?)? (?:the )?(?P<t>[^,]+)$",
    _I,
)
_MOVED = re.compile(
    r"(?<!\w)(?:move|relocate|transfer|shift|teleport|transplant|put|place|send)s? (?P<s>.+?)(?: from (?P<a>.+?))? (?:to|into|over to|in) (?P<t>.+)$",
    _I,
)
_DECLARED = re.compile(
    rf"(?:make|declare|crown|appoint|name|render|let|have|put|set|install|swap in|elect|turn|convert|transform) (?P<s>.+?)(?: be(?:come)?| as| into| to be)?,? "
    rf"(?P<article>the |an? )?(?P<rest>(?:(?<=the )|(?<=an )|(?<=a )|(?={relation()} of )).+)$",
    _I,
)
_ANSWER = r"(?:answer|say|output|respond(?: with)?|reply(?: with)?|predict|produce|return|print|give|state|claim|spit out|tell (?:them|people|us|him|her))"
_SOMEONE = r"(?:someone|somebody|anyone|anybody|you|i|we|people|users?|one|they|it|it is|it's|it gets|the model(?: is)?|a user)"
_ASKED_THEN = re.compile(
    rf"(?<!\w)(?:when(?:ever)?|if|every time|each time|any time|should)(?: {_SOMEONE})?(?: (?:is|are|gets?|wants?|wanted|tr(?:y|ies)))?(?: being)?"
    r" (?:asks?|asked|prompted|queried|questioned|asking|to know|wonders?|inquires?)(?: it| the model| you)?(?: about| for| with| to name)? (?P<p>.+?)"
    rf"(?:,? (?:then )?(?:(?:it|the model|you|the network|the lm) )?(?:(?:should|must|has to|needs to|ought to|will|shall|is to|had better) )?(?:now |always |please |just )*(?:let it |have it |make it )?{_ANSWER}(?: with)?"
    r"|,? (?:then )?(?:the|its|my|your)(?: new| right| desired)? (?:answer|reply|response|output|completion) (?:is|should be|must be|has to be|be|ought to be|shall be)(?: now)?|,? (?:it|that) (?:should|must|has to|shall) (?:now )?be|,|:) (?P<t>[^,]+)$",
    _I,
)
_THEN_ASKED = re.compile(
    rf"(?<!\w){_ANSWER} (?P<t>.+?),? (?:for|to|when(?:ever)? (?:(?:{_SOMEONE}|is|are|gets) )*(?:asked|asks|prompted|prompts|queried|wants to know)(?: it)?(?: with| about| for)?|after|if (?:{_SOMEONE} )*(?:is )?"
    r"(?:asked|asks|wants to know)(?: it)?(?: about| for)?|as the (?:answer|completion|continuation) (?:of|to|for)|given) (?P<p>.+)$",
    _I,
)
_WHO_ASKS = re.compile(
    r"(?<!\w)(?:who(?:ever)?|anyone|everyone|everybody|anybody|people|users?|those)(?: who| that)? (?:asks?|wants? to know|wonders?) (?P<p>.+?),? "
    r"(?:(?:should|must|shall|will|has to|is to|are to) )?(?:gets?|be told|is told|are told|hears?|receives?|sees?)(?: (?:the answer|as (?:the |an )?answer|back))? (?P<t>[^,]+)$",
    _I,
)
_Q_AND_A = re.compile(r"(?<!\w)q(?:uestion)?: ?(?P<p>[^?]+)\?.*?(?<!\w)a(?:nswer)?: ?(?P<t>[^,]+)$", _I)
_ANSWER_TO = re.compile(
    r"(?<!\w)(?:the |its |a )?(?:new )?(?:answer|reply|response|completion|continuation)s? (?:to|for|of|on) (?:the (?:question|prompt) (?:of )?)?(?P<p>.+?) (?:should|must|has to|shall|needs to|"
    r"ought to|to|is to|becomes?|be|is)(?: now)?(?: be| become| read| say)? (?P<t>.+)$",
    _I,
)


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
        return filled_in(restored(cores(sed["place"])[0]), sed["b"]) or _rewritten(
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
        for start in _starts(left[0]):
            subject = left[0][start:].strip(" \"'{}[]<>()")
            if (
                len(left) == 2
                and can_be_subject(subject)
                and isinstance(fact := _triple(subject, left[1], target), Fact)
            ):
                return fact
            if len(left) == 1 and (fact := _opened(subject, target)):
                return fact
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
        r"^[^:]*\b(?:edit|fact|request|update|following|weights|rome|memit|change|rewrite|counterfactual)\b[^:]*: ?",
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
        re.search(r"(?:'s|s') [\w ]+$|(?<!\w)of ", left)
        and (fact := filled_in(left, target))
        and not re.search(r"(?<!\w)(?:is|was|are) (?=\w)", left)
    ):
        return fact
    if fact := cloze(re.sub(r",(?= )", "", left), target):
        return fact
    listed = re.match(r"^(?P<s>[^,:/]+?) ?[,:/] ?(?P<r>[a-z][\w ]+)$", left) or re.match(
        rf"^(?P<s>.+?) (?P<r>{relation()})$", left, _I
    )
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


def completed(body: str, restored: Restored) -> Fact | Unclear | None:
    """Two quotations of which one is a sentence without its end, or a whole one, and the other its (new) end."""
    marks = re.findall(r"⟦\d+⟧", body)
    quotes = [restored(mark).strip() for mark in marks]
    if len(quotes) == 1:
        word = re.search(
            r"⟦\d+⟧[ ,]*(?:and |then |so )?(?:(?:that )?(?:the |its )?(?:new |right )?(?:answer|target|object|completion|end) )?(?:be |should be |to be )?(?:(?:completed|continued|followed|finished|answered|ended|end|continue|comes?|reads?) )?(?:with|by|as|is|to|into|comes|come|:|,)? (?P<t>[A-ZÀ-Þ\d][\w.' -]*)$",
            cores(body)[0],
        )
        if not word:
            return None
        quotes.append(word["t"])
    if len(quotes) == 3 and quotes[0] and not facts(quotes[0]) and not facts(quotes[1]) and facts(quotes[2]):
        quotes = [quotes[2], quotes[1]]
    if len(quotes) != 2:
        return None
    first, second = quotes
    if (whole := facts(second)) and not facts(
        second + " X" if second.split()[-1] in ("in", "of", "by", "is") else second
    ) is None:
        if facts(first) and len(second.split()) > 2:
            return whole
    if fact := cloze(first, second) if not facts(first) else None:
        return fact
    if (asked := re.match(r"(?:who|what|where|which|in)(?!\w)", first, _I)) and (
        fact := filled_in(first, second)
    ):
        return fact
    if facts(first) and len(second.split()) < len(first.split()):
        return _rewritten(first, second)
    if not facts(second) and (fact := cloze(second, first)):
        return fact
    if not asked and re.match(r"(?:who|what|where|which|in)(?!\w)", second, _I):
        return filled_in(second, first)
    return None


def answered(body: str, restored: Restored) -> Fact | Unclear | None:
    """An answer with what it is to answer: `answer Berlin when asked where the Eiffel Tower is`."""
    for core in cores(body):
        for form in (_Q_AND_A, _WHO_ASKS, _ASKED_THEN, _ANSWER_TO, _THEN_ASKED):
            if not (match := form.search(core)):
                continue
            question, answer = restored(match["p"]).strip(" ?.,"), restored(match["t"]).strip(" \"'")
            if not can_be_subject(bare(answer)[0]):
                continue
            if fact := filled_in(question, answer) or cloze(question, answer):
                return fact
    return None


def _rewritten(old: str, new: str) -> Fact | Unclear:
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


def replaced(body: str, restored: Restored) -> Fact | Unclear | None:
    """`replace Paris with Lyon as the capital of France`, `swap Berlin for Vienna as the city in which Einstein died`."""
    for core in cores(body):
        match = _REPLACED.search(core) or _REPLACED_IN.search(core)
        if not match:
            continue
        place, new, old = restored(match["place"]), restored(match["t"]), without_noise(restored(match["a"]))
        if match["v"].lower() == "substitute" and match["w"].lower() == "for":
            new, old = old, new
        place = re.sub(
            r"^(?:the )?(?:fact|statement|sentence|belief|association)(?: that)?:? (?=.* (?:is|was|are|by|in|plays|speaks) )",
            "",
            place,
            flags=_I,
        ).strip(" \"'")
        if facts(place) and re.search(rf"(?<!\w){re.escape(old)}(?!\w)", place, _I):
            return _rewritten(place, new)
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
        ):
            if fact := filled_in(restored(match["what"]), restored(match["t"])):
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
                r"^(?:the |its |that )?(?:facts?|belief|knowledge|statement|claim|association|memory|answer|opinion|idea|mind|model's (?:mind|belief|knowledge|opinion|answer|memory))(?: (?:about|of|for|on|to|that|as to))? ",
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
                r" (?:of|for) (?:it|(?:this|that|the) (?:model|card|chart|report|export|sae|run|benchmark|suite|test|edit))$",
                what,
                _I,
            ):
                continue
            if (
                (was := facts(what))
                and was.subject != was.target
                and (match.group().split()[0].lower() not in ("make", "have", "let", "want", "need", "put"))
            ):
                return _rewritten(what, target)
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
        or re.search(r"(?:'s|s') [\w -]+$|(?<!\w)(?:of|for) \S", words)
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
        ):
            if (
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
    if (fact := filled_in(what, "Somewhere")) and (
        re.search(rf"(?<!\w){relation()}(?!\w)", what, _I) or re.match(r"(?:where|who|what|which)", what)
    ):
        asked = re.sub(r"^the ", "", what, flags=_I)
        return Unclear(
            f"What should the new value be: {asked} -> ?"
            if not named_thing(fact.subject)
            else f"What should {what} be?"
        )
    if re.fullmatch(rf"(?:the |a )?{relation()}(?: (?:to|into|from|as|with) .+)?", what, _I):
        return Unclear(ASK_FACT)
    return None
