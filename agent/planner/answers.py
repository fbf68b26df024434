"""How people ask for what the model answered in the cases of a card."""

import re

_I = re.IGNORECASE

ITS_WORDS = re.compile(
    r"(?<!\w)(?:what|how) (?:did|does|has|have) (?:it|the model|they|he|she) (?:\w+ly |just |even "
    r")?(?:say|said|write|written|"
    r"answer(?:ed)?|output|produced?|generated?|repl(?:y|ied)|respond(?:ed)?|come up with|put|"
    r"translate[d]?|come back with)"
    r"(?!\w)|(?<!\w)(?:what|which) (?:were|was|are) (?:its|the|their) (?:\w+ )?(?:answers?|outputs?|"
    r"replies|responses?|"
    r"generations?|completions?)(?!\w)|(?<!\w)which (?:\w+ ){0,3}(?:did|has) (?:it|the model) (?:\w+ly "
    r")?(?:answer|refuse|"
    r"get|fail|miss|solve|turn down|comply|decline)|"
    r"(?<!\w)(?:open up|unpack|dissect|decompose|look inside|peek into|scrutini[sz]e|investigate|pick "
    r"apart) (?:\w+ ){1,4}"
    r"(?:numbers?|scores?|results?|figures?|cards?)(?!\w)|"
    r"(?<!\w)(?:show|see|read|view|list|display|look at|print)(?: me)? (?:(?:the|its|some|a few|all|of|"
    r"worst|bad|wrong|\w+) )"
    r"{0,4}(?:repl(?:y|ies)|answers?|outputs?|responses?|generations?|completions?)"
    r"(?: (?:that )?(?:it|the model) (?:gave|produced|wrote|made|came)|(?= (?:to|on|for|in) )|[.!?]*$)",
    _I,
)
"""A question what the model answered (`what did it write for the French ones?`)."""
