"""Whether a clause asks what a measure means rather than for its value."""

import re

from agent.planner.reading import Reading
from agent.planner.topics import CONCEPTS

_I = re.IGNORECASE

_MEANING = re.compile(
    r"(?<!\w)(?:(?:gist|essence|idea|intuition|point|meaning|logic) (?:of|behind)|eli5|means?|meaning|"
    r"stands? for|definition|define|defined|"
    r"formula|explain(?! (?:the )?(?:low|bad|poor|drop|failures?))|explanation|"
    r"(?:(?:is|are|was|get|gets|do you|does it|being) (?:\w+ )?(?:computed|"
    r"calculated|compute|calculate|worked out|derived|normali[sz]ed|scored|"
    r"measured|defined|graded)|"
    r"how's .{2,40} (?:computed|worked out|calculated|derived|measured|scored)|"
    r"(?<=how )(?:do|are) .{2,40} worked out)|difference between|how (?:(?:does|do) "
    r".{2,60} work|(?!it |this |that |well ).{2,60} works)|"
    r"comput(?:e|ed|ation|ing)|calculat(?:e|ed|ion)|tell me (?:more )?about|"
    r"teach me|what (?:on earth )?(?:is|are) (?:a|an) |describe|where "
    r"does .+ come from|how should i (?:read|interpret)|how to (?:read|"
    r"interpret)|which paper|pass(?:ing)? thresholds?|what counts as|"
    r"threshold (?:for|of)|caveats?|what'?s the (?:idea|point|logic) "
    r"(?:behind|of)|why (?:do (?:you|we) |would (?:you|one) )?(?:use|"
    r"using|choose|pick)|"
    r"(?:is|are) (?:an? )?(?:high|low)(?:er)? .{2,40} (?:good|bad|better|worse)|"
    r"(?:forg[eo]t\w*|no (?:idea|clue)|unsure|don'?t (?:get|understand|know)) (?:what|how)|"
    r"eli5|in plain (?:english|words))(?!\w)",
    _I,
)

_WHAT_IS = re.compile(
    r"^(?:(?:so|and|ok(?:ay)?|hey|um+),? )*(?:what(?:'s| is| are|s| the "
    r"hell is| exactly is)|wtf is|whats|que es|meaning of|define|explain)(?: "
    r"exactly)? (?:the |a |an |this |meant by )*(?P<x>[^?]+?)(?: again|"
    r" (?:on|in|of|at) the (?:card|panel|report|table|chart|feature panel|export)|"
    r" exactly| anyway| here| score| scores| scoring| method| benchmark|"
    r" metric| measure)* ?\??$",
    _I,
)


_SAID_ANOTHER_WAY = re.compile(
    r"(?:[,;:(] ?|(?<!the)(?<!its)(?<!is)(?<!'s)(?<! a)(?<!exact)(?<!^) )(?:meaning(?! of| behind|\W*$)|that means|"
    r"(?:by (?:which|that) )?(?:i|we) mean|defined as|i\.?e\.?)(?!\w)",
    _I,
)
"""What stands before it is only said in other words (`safety, meaning refusal`)."""
_NOT_KNOWN = re.compile(
    r"(?:remind me|refresh my memory|(?:like|want|love|need|good|nice|interested) to (?:know|understand|"
    r"learn)|(?:forg[eo]t\w*|no (?:idea|clue)|unsure|wonder\w*|curious|"
    r"(?:don'?t|do not|never|can'?t|cannot|can not|didn'?t|couldn'?t) (?:\w+ly |quite |still |even )?"
    r"(?:remember|recall|understood|understand|got|get|grasp\w*|know|knew|see|learned|follow)|"
    r"not (?:\w+ly |quite |too |at all )?(?:sure|clear|certain)|(?:mix\w*|confus\w*)(?: up)?))"
    r"(?: \S+){0,8}? (?:what|how|of what|which)(?!\w).*?(?<!\w)(?:means?|stands?|stood|measures?|tells?|"
    r"checks?|tests?|"
    r"shows?|says?|is|are|was|were|does|do|works?|computed|calculated|about|for)(?!\w)|"
    r"(?:stands? for|means?|is short for) what(?: again| exactly)?[?.! ]*$|"
    r"^[^,.;?]{2,40}[,.;:?]? (?:what|wth|wtf)(?:'s| is|s| was) (?:that|this)(?: again| one| supposed to "
    r"(?:be|mean))?"
    r"[?.! ]*$|^what (?:was|were|is|are|did|does) .* again[?.! ]*$|explain (?:the|what|how|"
    r"all)(?!\w)(?!.*(?:low|bad|"
    r"poor|drop))",
    _I,
)
"""An indirect question about a meaning (`I keep forgetting what purity stands for`)."""
_OF_ONE = re.compile(
    r"(?<!\w)(?:(?:my|this|that|our|last) (?:edit|model|checkpoint)|the edit(?! bench)|it|its|"
    r"the model(?:'s)?)(?!\w)",
    _I,
)


_ARRIVED = re.compile(
    r"^(?:(?:so|and|hey|ok(?:ay)?),? )*(?:in (?:which|what) (?:way|manner)|by (?:which|what) means|how|where|"
    r"from where|from what) (?:does|do|did) .{2,40} "
    r"(?:get|arrive at|come (?:to|by|up with)|reach|obtain|take|have)s? (?:its|their|the|that|a) "
    r"(?:final |own )?(?:number|score|value|figure|result)s?(?: from)?\W*$",
    _I,
)
"""A question how a measure comes by its value."""
_I_MEAN = re.compile(r"(?<!\w)(?:by (?:which|that) )?(?:i|we) mean(?!\w)", _I)
"""What says more clearly what was meant, and asks for no meaning."""


def asks_indirectly(reading: Reading) -> bool:
    """Whether the clause says that the meaning of a measure is not known, and names nothing to measure it on."""
    text = reading.unquoted
    named = bool(
        reading.methods
        or reading.scores
        or reading.edit_benchmarks
        or reading.thirteen
        or reading.named
        or CONCEPTS.search(reading.rest)
    )
    return (
        named and bool(_NOT_KNOWN.search(text)) and not _OF_ONE.search(text) and not reading.features.numbers
    )


def explains(reading: Reading) -> bool:
    """Whether the clause asks what a measure means rather than for its value."""
    if asks_indirectly(reading):
        return True
    text = _SAID_ANOTHER_WAY.sub(",", reading.unquoted) if reading.wishes else reading.unquoted
    text = _I_MEAN.sub("", text)
    for wish in reading.wishes:
        text = text.replace(wish.topic, "") if wish.topic else text  # `facts about Formula 1`
    if reading.features.numbers or reading.features.referred or (reading.steps and not _MEANING.search(text)):
        return False
    if re.search(
        r"explain (?:why|the (?:low|bad|poor|drop))|^why(?! (?:do (?:you|"
        r"we) |would (?:you|one) )?(?:use|using|choose|pick))|context|"
        r"what(?:'s| is) (?:loaded|the (?:capital|weather|time|date|meaning "
        r"of life))",
        text,
        _I,
    ):
        return False
    about = bool(
        reading.methods
        or reading.scores
        or reading.edit_benchmarks
        or reading.named
        or reading.mentions
        or CONCEPTS.search(reading.rest)
        or reading.reading
    )
    if about and _ARRIVED.match(text):
        return True
    if (
        _MEANING.search(text)
        and about
        and not re.match(r"^(?:calculate|compute|measure|score|work out)(?!\w)", text, _I)
    ):
        return not re.search(
            r"(?<!\w)(?:this model|the model's|its(?= (?!formula|definition|meaning))|checkpoint's)(?!\w)",
            text,
            _I,
        ) or bool(re.search(r"(?<!\w)(?:mean|means|stand for|formula)", text, _I))
    if (
        about
        and re.match(
            r"^what (?:does|do|did|would) .+ (?:measure|test|check|tell|score|"
            r"capture|say|do|show|quantify)s?(?: (?:me|us|exactly|here))*\W*$",
            text,
            _I,
        )
        and not re.search(r"(?<!\w)(?:model|it|gpt\S*)(?!\w)", reading.rest, _I)
    ):
        return True
    asked = _WHAT_IS.match(text)
    if not asked:
        return False
    measure = bool(reading.methods or reading.scores or reading.edit_benchmarks or reading.reading) or (
        reading.named and not re.search(r"(?<!\w)scores?(?!\w)", text, _I)
    )
    capability = any(
        f.text.lower() == asked["x"].strip().lower() for f in reading.mentions
    ) and not re.search(r"(?<!\w)scores?(?!\w)", text, _I)
    return bool(measure or capability or CONCEPTS.fullmatch(asked["x"].strip())) and not re.search(
        r"(?<!\w)(?:its|it(?= \w+ing )|this|that|current|loaded|best|worst)(?!\w)", asked["x"], _I
    )
