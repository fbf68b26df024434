"""Remarks on what was just seen (`great, it stuck`, `that went well`), which ask for nothing."""

import re

from agent.planner.background import tells
from agent.planner.capabilities import mentions

_I = re.IGNORECASE
_OPENS = re.compile(
    r"(?:(?:oh|ah|ok(?:ay)?|so|well|wow|yay|haha|lol|hm+|and|yes|yeah|yep|very|really|pretty|quite|super),? )*"
    r"(?:great|nice|perfect|awesome|cool|sweet|excellent|brilliant|wonderful|fantastic|lovely|neat|amazing|"
    r"hooray|phew|yay|good(?! (?:at|in|for))|wow|impressive|woo+(?:hoo+)?|sick|superb|splendid|yes+|haha|lol|"
    r"interesting|funny|glad|happy)(?!\w)",
    _I,
)
_PRAISES = re.compile(
    r"(?:(?<!\w)|(?='[sm]))(?:worked|works|stuck|sticks|held|holds|took(?= \w+$|$)|went (?:really |very |pretty "
    r")?(?:well|fine|great|"
    r"smoothly)|(?:looks?|sounds?|feels?|seems?|is|was|are|were|'s|am|'m) (?:\w+ )?(?:good|great|fine|nice|perfect|"
    r"awesome|cool|lovely|amazing|impressive|fun|funny|quick|fast|neat|happy|glad|pleased|satisfied|impressed|"
    r"surprised|reassuring|encouraging|helpful|useful to know|good to know|as expected|all right|alright|"
    r"promising|clever|solid|robust|decent|sound|strong|healthy|legit|right|ok|okay|better(?= than| now|$))|"
    r"makes (?:perfect |total )?sense|(?:as|like) (?:i |we )?(?:expected|hoped|thought|planned)|better than)(?!\w)",
    _I,
)
_COMPLAINS = re.compile(
    r"(?<!\w)(?:but|though|although|however|except|not|no|never|n't|\w+n't|only|still|wrong|bad|worse|"
    r"worst|low|poor|"
    r"broke\w*|fail\w*|terrible|awful|lost|dropped|fell|too|strange|odd|weird|suspicious|hardly|barely|if|whether|"
    r"or|label\w*|before|again|now)(?!\w)",
    _I,
)
_POLITE = re.compile(r"(?:ok(?:ay)? )?(?:that|this|it)(?:'s| is| was)? (?:would|will|could|might) be", _I)


def is_remark(clause: str) -> bool:
    """Whether `clause` only says that something is good, or how it is taken, and neither asks nor complains.

    >>> is_remark("great it stuck"), is_remark("great, does it generalise?")
    (True, False)
    """
    text = clause.strip(" ,;.!")
    if text.endswith("?") or not tells(text) or _COMPLAINS.search(text) or _POLITE.match(text):
        return False
    if re.search(r"\d", text):
        return False
    return bool(_OPENS.match(text)) or (bool(_PRAISES.search(text)) and not mentions(text))
