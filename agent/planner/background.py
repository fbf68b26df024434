"""What is only told beside an order: `we had 90 before`, `Interesting.`, `feature 12 looks odd to me`."""

import re

from agent.planner.capabilities import PROMPT_WORDS
from agent.planner.quotes import blank, quoted_spans

_I = re.IGNORECASE
_EXCLAIMED = re.compile(
    r"(?:(?:very|so|how|too|not|that's|that is|this is|it's) )*(?:interesting|weird|strange|odd|"
    r"funny|wow|ouch|"
    r"nice|cool|great|hm+|"
    r"ugh|yikes|oops|damn|sad|surprising|disappointing|i see|got it|oh no|oh|alright|well|bad|good)[.!]*",
    _I,
)
_GREETED = (
    r"(?:(?:hi|hello|hey|so|well|ok(?:ay)?|hm+|and|but|yes|no|oh|sorry|now|great|nice|cool|awesome|"
    r"perfect|good|"
    r"super|excellent|wow|sweet|lovely|yay|brilliant|amazing|fantastic|wonderful|neat|finally|damn|ugh|"
    r"thanks|thx|"
    r"thank you|yep|yeah|sure|alright|right|fine|hooray|phew|lol|haha)(?: (?:there|all|team|job|work|"
    r"stuff|one))?"
    r"[,.!]*(?: -+)? )*"
)
_PERSON = (
    r"(?:i|we|he|she|they|people|someone|everybody|(?:my|our|the|a) (?:\w+ )?(?:colleagues?|boss|team|users?|"
    r"customers?|advisor|supervisor|professor|client|friend|reviewers?|paper|authors?|manager))"
)
_TIME = r"(?:(?:last|this) \w+|yesterday|today|earlier|before|previously|recently|\d+ \w+ ago)"
_THING = (
    r"(?:it|this|that|there|(?:edits?|results?|scores?|tests?|training|everything|all of it|numbers)|"
    r"(?:the|this|that|my|our|your|its) (?:[\w'-]+ ){0,5}?[\w'-]+|"
    r"(?:feature|latent|neuron) \d+(?:'s \w+)?)"
)
_PAST = (
    r"(?:was|were|had|got|gave|went|came|did|used to|said|told|thought|felt|saw|found|began|ran|kept|took|"
    r"made|read|heard|lost|won|fell|broke|rose|became|stuck|held|went|hung|froze|sank|shot|grew|stood|"
    r"left|put|"
    r"(?:\w+(?:ly|n't) )?[a-z]{2,}ed)"
)
_PRESENT = (
    r"(?:is|are|has|have(?! to)|looks?|seems?|says?|thinks?|believes?|claims?|reports?|feels?|does|"
    r"makes|sounds?|"
    r"'(?:s|m|ve|re)(?: been)?|isn't|aren't|don't|doesn't|can'?not|can't|fear|doubt|suspect|guess|"
    r"stare|only have)"
)
_ADVERB = (
    r"(?:(?:just|only|also|already|really|still|always|never|actually|\w+ly|have|has|had|been|'ve|'m|am) )*"
)
_TOLD = re.compile(
    rf"{_GREETED}(?:(?P<past>(?:{_TIME},? )?(?:(?:{_PERSON}|{_THING}) ?{_ADVERB}{_PAST}|\d+(?: \w+)? "
    rf"(?:was|were|wasn't|weren't)))|"
    rf"(?P<person>(?:{_TIME},? )?{_PERSON} ?(?:{_PRESENT}|{_ADVERB}(?:\w+ing|look|work|think)))|"
    rf"(?P<thing>{_THING} ?{_PRESENT}))(?!\w)",
    _I,
)
"""A subject and a finite verb: a sentence that tells."""
_WISHES = re.compile(
    r"(?<!\w)(?:want(?:s|ed)?|need(?:s|ed)?|would|'d|like to|love|wish|hop(?:e|ing) to|"
    r"please|pls|should|must|shall|"
    r"let'?s?|curious|wonder\w*|interested|care|mean[st]?|"
    r"meant|looking for|asked|ask|forgot|instead|prefer|request\w*|"
    r"due|supposed|can you|could you|tell me|show me|give me|enough|will do|going to|gonna|check|"
    r"test|bench\w*|why|how|questions:)"
    r"(?!\w)|\?$|(?:said|say|says|told you) (?:\d|not|only|all)",
    _I,
)
"""Words with which something is asked for, or put right."""
_NUMBER = re.compile(r"(?<![\w#.-])\d+(?:\.\d+)?(?![\w.-]*[a-z])", _I)
_CALLED = re.compile(
    r"(?:features?|latents?|neurons?|steps?|checkpoint|label (?:of|on|for)|[,&]|and) ?#?$", _I
)
_REMARK = re.compile(
    r"(?:^|,? )(?:but |and |although |though )?(?:(?:last|this) (?:week|time|month|year),? |"
    r"yesterday,? )?(?:i|we|it|they) "
    r"(?:had|got|used to (?:be|get|have)|(?:was|were) (?:expecting|hoping for|getting|at|around|"
    r"about)|expected|"
    r"hoped for|scored|reached) (?:it |(?:to|it) be |at |around |about |almost |only )*\d+(?:\.\d+)?%?"
    r"(?: (?:or so|or more|before|earlier|there|then|last \w+|i think|at least|percent))*(?=[.!]?$)",
    _I,
)


_INSISTS = re.compile(
    r"(?:(?:please|pls|do|did|score|fare|perform|and|"
    r"but|on|with|using|use|keep|for|just|make sure|it'?s|take|of course|"
    r"obviously|that is|so) )*"
    r"(?:the |exactly |exact |very |precisely |all )*(?:same|identical|unchanged) (?:prompts?|suites?|"
    r"questions?|"
    r"cases?|sets?|seeds?|settings?|items?|ones|everything|test set|conditions|benchmarks?|card)"
    r"(?: (?:please|pls|thanks|of course|obviously|again|for both|as before|if possible|ok|okay))*[.!?]*",
    _I,
)


def insists(clause: str) -> bool:
    """Whether `clause` only says that the suite stays as it is (`same prompts please`)."""
    return bool(_INSISTS.fullmatch(clause.strip(" ,;")))


_NOT_ENOUGH = re.compile(r"(?:was|were)(?:n't| not)(?: \w+)? enough", _I)


def exclaims(clause: str) -> bool:
    """Whether `clause` is only an exclamation (`Interesting.`)."""
    return bool(_EXCLAIMED.fullmatch(clause.strip(" ,;")))


def tells(clause: str) -> bool:
    """Whether `clause` is a sentence that tells something and asks for nothing."""
    visible = _NOT_ENOUGH.sub("was few", blank(clause, quoted_spans(clause)))
    return exclaims(clause) or (bool(_TOLD.match(visible)) and not _WISHES.search(visible))


def tells_of_before(clause: str) -> bool:
    """Whether `clause` tells what was (`we had 90 before`), and not what shall be (`20 is enough`)."""
    told = _TOLD.match(clause)
    return bool(told and told["past"]) and tells(clause)


def without_remark(clause: str) -> str:
    """`clause` without a remark behind it about a score that was had or hoped for (`..., we had 90 before`)."""
    return (
        _REMARK.sub("", clause) or clause if not re.search(PROMPT_WORDS + r"[.!]?$", clause, _I) else clause
    )


def without_counts(clause: str) -> str:
    """What is told without numbers that would be read as numbers of prompts; features and steps stay."""
    return _NUMBER.sub(
        lambda match: match.group() if _CALLED.search(clause[: match.start()]) else "some", clause
    )
