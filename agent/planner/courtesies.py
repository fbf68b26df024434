"""What people put around an order that asks for nothing itself: apologies, no preference, marks of a list."""

import re

_I = re.IGNORECASE
_SILLY = (
    r"(?:dumb|stupid|silly|obvious|basic|naive|trivial|noob(?:ish)?|newbie|beginner'?s?|rookie|lazy|daft|"
    r"ignorant|clueless)"
)
_SMALL = r"(?:quick|short|random|small|tiny|simple|little|last|final|odd|weird|general|side|more|other)"
_ASKING = r"(?:questions?|q|one|thing|request|favou?r|ask|query)"
_HUMBLY = (
    r"(?:(?:a|the|just|maybe|probably|perhaps|possibly|really|very|pretty|kinda|such|another|one|here'?s|i "
    r"have|i've got|got|total|still|quite|so|bit of) )*"
)
_APOLOGY = (
    rf"(?:sorry|apologies|apologi[sz]e|forgive|pardon|excuse|bear with me|don'?t laugh|no offen[cs]e)"
    r"(?: (?:if|for|to|about|that|but|the|my|me|this|in advance|again)(?!\w)[^.?!:;,]{0,50})|"
    rf"(?:this|that|it) (?:is|may|might|could|will|must|probably|sounds?) {_HUMBLY}(?:be |sound |seem "
    rf")?{_HUMBLY}"
    rf"{_SILLY}[^.?!:;,]{{0,40}}|"
    rf"{_HUMBLY}(?:{_SILLY}(?: {_ASKING})?(?: here| from me)?|{_SMALL} {_ASKING})(?: {_HUMBLY})?(?: "
    rf"from me| for you)?|"
    rf"(?:i'?m |i am |as )?{_HUMBLY}(?:new|newbie|noob|beginner|rookie) (?:here|to [\w ]{{2,30}}|at "
    rf"this|user)|"
    r"(?:maybe|probably|perhaps) i(?:'m| am)? [^.?!:;,]{3,50}"
)
_OPENING = re.compile(
    rf"^(?:(?:so|ok(?:ay)?|hi|hey|hello|and|oh|well|um+|uh+)(?: (?:there|all|team))?,? )*"
    rf"(?:(?:sorry|apologies|pardon)[,.!]? )?(?:{_APOLOGY}) ?(?:(?:[,.:;?!]|-+|—|–)+ ?(?:but |and |so "
    rf")?|(?:but|and|so) )(?=\w)",
    _I,
)
"""An apology or a remark on one's own question, before the question (`sorry if obvious, but ...`)."""
_NO_PREFERENCE = re.compile(
    r"(?:[,.;:!]|-+|—|–)? ?\(?(?<!\w)(?:but |and |so |just |really |honestly )*(?:"
    r"nothing (?:too )?(?:special|fancy|particular|specific|in particular|crazy|complicated|else|"
    r"more)(?: (?:please|needed|about it))?|"
    r"no (?:special |particular |strong |real )?(?:preferences?|wishes|requirements?|requests?|"
    r"details?|frills|extras)"
    r"(?: (?:here|needed|on my side|from me|really|at all|either way))?|"
    r"(?:the )?(?:default|standard|usual|normal)s?(?: (?:settings?|options?|values?|parameters?|config\w*))?"
    r"(?:'s|'re)? ?(?:are|is|will be|would be|should be|will do|do|works?|suffices?)?"
    r"(?: (?:fine|ok(?:ay)?|good|enough|great|perfect|alright|all right))(?: (?:by|for|with) me)?|"
    r"(?:(?:run|do|use|take|pick|choose|go with) )?"
    r"(?<!list )(?<!show )(?<!me )(?<!print )(?<!display )(?<!relabel )(?<!score )whatever "
    r"(?:you (?:need|think|like|want|prefer|have|"
    r"say|feel|choose|normally|usually)|works|suits|is|seems|the)[^,.;!?]*|"
    r"(?:i )?(?:do not|don'?t|dont|couldn'?t) (?:really )?(?:care|mind|have (?:a|any) preference)"
    r"(?: (?:about|what|which|how|for|either|otherwise)[^,.;!?]*)?|"
    r"(?:it'?s |that'?s |totally |entirely |all )*up to you|your (?:choice|call|pick|decision)|"
    r"dealer'?s choice|"
    r"(?:you|u) (?:choose|pick|decide)(?: (?:the|what|how|for)[^,.;!?]*)?|"
    r"(?:any|either|all)(?:thing)? (?:is|are|will be|would be) (?:fine|ok(?:ay)?|good)(?: (?:by|for|"
    r"with) me)?|"
    r"(?:the )?(?:rest|details?|exact \w+|specifics) (?:doesn'?t|don'?t|do not|does not|isn'?t|"
    r"aren'?t) (?:matter|important)"
    r"(?: to me| much)?|(?:it |that )?(?:doesn'?t|does not) (?:really )?matter(?: (?:to me|much|which|"
    r"what|how)[^,.;!?]*)?|"
    r"keep it simple|surprise me)\)?(?: please| thanks| thx| though| really| tbh)*(?=$|[,.;:!?])",
    _I,
)
"""A tail that leaves the choice open (`nothing special`, `default settings are fine`)."""
_LIST_MARK = re.compile(
    r"(?:(?<=^)|(?<=[\s:,;.]))(?:\((?P<a>[1-9]|[a-h])\)|(?P<b>[1-9]|[a-h])[.)](?=\s))\s*", _I
)
_CHATTER = re.compile(r"([?!])[?!]+")


def without_courtesies(text: str) -> str:
    """`text` without an apology before it and an open choice behind it; nothing is taken where nothing would stay.

    >>> without_courtesies("sorry if obvious, but what is MUI?")
    'what is MUI?'
    >>> without_courtesies("test translation, nothing special")
    'test translation'
    """
    text = _CHATTER.sub(lambda match: "?" if "?" in match.group() else "!", text)
    while (opened := _OPENING.sub("", text, count=1)) != text and re.search(r"\w{3}", opened):
        text = opened
    shorter = " ".join(_NO_PREFERENCE.sub("", text).split()).strip(" ,;")
    return shorter if len(re.findall(r"\w+", shorter)) > 1 else text


def without_list_marks(text: str) -> str:
    """`text` with the marks of a list that counts from one (`(1) logic (2) code`, `a) .. b) ..`) as commas."""
    marks = list(_LIST_MARK.finditer(text))
    said = [(match["a"] or match["b"]).lower() for match in marks]
    if len(said) < 2 or said not in (list("123456789")[: len(said)], list("abcdefgh")[: len(said)]):
        return text
    places = iter(range(len(marks)))
    plain = _LIST_MARK.sub(lambda _: " " if next(places) == 0 else ", ", text)
    return re.sub(r"(?:\s*[,;.])*\s*,\s+", ", ", " ".join(plain.split()))
