"""Edits asked for as a prompt or question with the answer that the model is to give."""

import re

from agent.planner.edit_forms import Restored, Unclear, rewritten
from agent.planner.fact import Fact, bare
from agent.planner.frames import cores
from agent.planner.noun_phrases import can_be_subject
from agent.planner.statements import cloze, facts
from agent.planner.unknowns import filled_in

_I = re.IGNORECASE

_ANSWER = (
    r"(?:answers?|says?|outputs?|responds?(?: with)?|replies|reply(?: with)?|predicts?|produces?|returns?|prints?|"
    r"gives?|states?|claims?|spits? out|goes|go(?! to)|comes? (?:up|back) with|tell (?:them|people|us|him|her))"
)
_SOMEONE = (
    r"(?:someone|somebody|anyone|anybody|you|i|we|people|users?|one|they|it|it is|it's|it gets|the "
    r"model(?: is)?|a user)"
)
_ASKED_THEN = re.compile(
    rf"(?<!\w)(?:when(?:ever)?|if|every time|each time|any time|should)(?: {_SOMEONE})?(?: (?:is|are|"
    rf"gets?|wants?|wanted|tr(?:y|ies)))?(?: being)?"
    r" (?:asks?|asked|prompted|queried|questioned|asking|to know|wonders?|inquires?)(?: it| the model| "
    r"you)?(?: about| for| with| to name)? (?P<p>.+?)"
    rf"(?:,? (?:then )?(?:(?:it|the model|you|the network|the lm) )?(?:(?:should|must|has to|needs to|"
    rf"ought to|will|shall|is to|had better) )?(?:now |always |please |just )*(?:let it |have it |make "
    rf"it )?{_ANSWER}(?: with)?"
    r"|,? (?:then )?(?:the|its|my|your)(?: new| right| desired)? (?:answer|reply|response|output|"
    r"completion) (?:is|should be|must be|has to be|be|ought to be|shall be)(?: now)?|,? (?:it|that) "
    r"(?:should|must|has to|shall) (?:now )?be|,|:) (?P<t>[^,]+)$",
    _I,
)
_THEN_ASKED = re.compile(
    rf"(?<!\w){_ANSWER} (?P<t>.+?),? (?:for|to|when(?:ever)? (?:(?:{_SOMEONE}|is|are|gets) )*(?:asked|"
    rf"asks|prompted|prompts|queried|wants to know)(?: it)?(?: with| about| for)?|after|if "
    rf"(?:{_SOMEONE} )*(?:is )?"
    r"(?:asked|asks|wants to know)(?: it)?(?: about| for)?|as the (?:answer|completion|continuation) "
    r"(?:of|to|for)|given) (?P<p>.+)$",
    _I,
)
_WHO_ASKS = re.compile(
    r"(?<!\w)(?:who(?:ever)?|anyone|everyone|everybody|anybody|people|users?|those)(?: who| that)? "
    r"(?:asks?|wants? to know|wonders?) (?P<p>.+?),? "
    r"(?:(?:should|must|shall|will|has to|is to|are to) )?(?:gets?|be told|is told|are told|hears?|"
    r"receives?|sees?)(?: (?:the answer|as (?:the |an )?answer|back))? (?P<t>[^,]+)$",
    _I,
)
_ASKING_YIELDS = re.compile(
    r"(?<!\w)(?:asking|being asked|prompting|a question|questions|queries|to ask)(?: it)?(?: for| "
    r"about| with)? (?P<p>.+?) "
    r"(?:yields?|gives?|returns?|produces?|results? in|leads? to|should (?:give|yield|return)|(?:is|"
    r"are) answered (?:with|by)) (?P<t>[^,]+)$",
    _I,
)
_Q_AND_A = re.compile(r"(?<!\w)q(?:uestion)?: ?(?P<p>[^?]+)\?.*?(?<!\w)a(?:nswer)?: ?(?P<t>[^,]+)$", _I)
_ANSWER_TO = re.compile(
    r"(?<!\w)(?:the |its |a )?(?:new )?(?:answer|reply|response|completion|continuation)s? (?:to|for|"
    r"of|on) (?:the (?:question|prompt) (?:of )?)?(?P<p>.+?) (?:should|must|has to|shall|needs to|"
    r"ought to|to|is to|becomes?|be|is)(?: now)?(?: be| become| read| say)? (?P<t>.+)$",
    _I,
)


def completed(body: str, restored: Restored) -> Fact | Unclear | None:
    """Two quotations of which one is a sentence without its end, or a whole one, and the other its (new) end."""
    marks = re.findall(r"⟦\d+⟧", body)
    quotes = [restored(mark).strip() for mark in marks]
    if len(quotes) == 1:
        word = re.search(
            r"⟦\d+⟧[ ,]*(?:and |then |so )?(?:(?:that )?(?:the |its )?(?:new |right )?(?:answer|target|object|"
            r"completion|end) )?(?:be |should be |to be )?(?:(?:completed|continued|followed|finished|answered|"
            r"ended|end|continue|comes?|reads?) )?(?:with|by|as|is|to|into|comes|come|:|,)? "
            r"(?P<t>[A-ZÀ-Þ\d][\w.' -]*)$",
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
    if facts(first) and len(second.split()) > 2 and (whole := facts(second)):
        return whole
    if fact := cloze(first, second) if not facts(first) else None:
        return fact
    if (asked := re.match(r"(?:who|what|where|which|in)(?!\w)", first, _I)) and (
        fact := filled_in(first, second)
    ):
        return fact
    if facts(first) and len(second.split()) < len(first.split()):
        return rewritten(first, second)
    if not facts(second) and (fact := cloze(second, first)):
        return fact
    if not asked and re.match(r"(?:who|what|where|which|in)(?!\w)", second, _I):
        return filled_in(second, first)
    return None


def answered(body: str, restored: Restored) -> Fact | Unclear | None:
    """An answer with what it is to answer: `answer Berlin when asked where the Eiffel Tower is`."""
    for core in cores(body):
        for form in (_Q_AND_A, _ASKING_YIELDS, _WHO_ASKS, _ASKED_THEN, _ANSWER_TO, _THEN_ASKED):
            if not (match := form.search(core)):
                continue
            question, answer = restored(match["p"]).strip(" ?.,"), restored(match["t"]).strip(" \"'")
            if not can_be_subject(bare(answer)[0]):
                continue
            if fact := filled_in(question, answer) or cloze(question, answer):
                return fact
    return None
