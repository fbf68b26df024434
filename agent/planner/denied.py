"""What a request says shall not be done, and what of it shall be done instead."""

import re

from agent.planner.capabilities import mentions
from agent.planner.names import export_format
from agent.planner.quotes import blank, quoted_spans

NOT = (
    r"(?:(?:do not|don'?t|dont|never)(?! (?:\w+ly |even |quite )?(?:know|knew|get what|got|understand|"
    r"understood|remember|"
    r"recall|see why|learned|grasp\w*|heard)(?!\w))|no need (?:to|for)|there'?s no need (?:to|for)|"
    r"you (?:needn'?t|don'?t "
    r"(?:have|need) to)|i (?:do not|don'?t|dont) (?:want|need)(?: you)?(?: to)?|not necessary to|"
    r"(?:i'?d|i would) (?:rather|prefer)(?: you)? (?:not|you didn'?t)(?: to)?|hold off (?:on|with)|"
    r"refrain from|avoid|no (?=benchmarks?|tests?|evals?|runs?|export|"
    r"edits?|plots?|charts?|report|rollback|comparison|sweep|gsm|mmlu|card))"
)
"""Words that forbid what follows."""
_FORBIDDEN = re.compile(
    rf"^(?:(?:please|but|and|just|oh|so|ok(?:ay)?|no|nah),? )*(?:(?:{NOT}|without \w+ing|"
    rf"leave (?:\w+ ){{1,3}}(?:alone|as (?:it is|they are|is)))(?:(?<= )|(?!\w))|(?:skip|leave out|"
    r"drop|forget(?: about)?|omit|ignore|never mind) (?=(?:the |any |all |that |those )*(?:export|plots?|"
    r"charts?|"
    r"report|images?|comparison|rollback|explanation|intro|details|instructions?|text|quote|command|order)))"
    r"|^(?:(?:export|run|load|edit|change|compare|undo|show)(?: (?:it|that|this|anything|the \w+))? "
    r"(?:not|nothing)|nothing "
    r"\w+)(?!\w)|^(?:(?:please|but|and),? )*(?:skip|never mind|forget) (?:it|that|this)[.!]?$",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(
    r"(?<!\w)(?:(?:don'?t|do not|no longer) (?:want|need|like) (?:that|the|this|my|our|these|those|any|it)(?: \w+)? "
    r"?(?:edits?|changes?|facts?|modifications?)?(?:,? (?:any ?more|any longer|after all))|"
    r"no longer (?:want|need) (?:that|the|this|my|our|these|those) (?:edits?|changes?))(?!\w)",
    re.IGNORECASE,
)
"""Something that is there and is not wanted any more (`I don't want that edit anymore`)."""
_NOT_BUT = re.compile(
    r"^(?:(?:please|no|ok(?:ay)?|actually|sorry),? )*"
    r"(?:(?:i|we) (?:do not|don'?t|dont) (?:want|need|care about|mean) (?P<not>[^,;.]{3,60})[,;.] ?"
    r"(?:but )?(?:i (?:only |just )?(?:want|need|mean) |(?:only|just|rather|instead)(?: (?:want|need|do|"
    r"run|for))? )"
    r"(?P<but>.+)|"
    r"not (?P<other>[^,;]{1,40})[,;] (?:but )?(?=(?:score|run|export|load|feature|benchmark|test|compare|"
    r"show)\b)"
    r"(?P<this>.+)|"
    r"(?:forget|scrap|never ?mind|screw|ditch|cancel)(?: about)? (?P<dropped>[^,;.]{3,40})[,;.:—-]+ ?"
    r"(?:and )?(?P<instead>.+ instead[.!]?|(?:just|instead|rather),? .+|\d+ .+))$",
    re.IGNORECASE,
)
"""`I don't want X, only Y` and `forget X, Y instead` ask for Y."""
_EDIT = re.compile(r"(?<!\w)(?:edit|roll(?:ing)? back|rollback|undo\w*|revert\w*)(?!\w)", re.IGNORECASE)
ABOUT_A_FACT = re.compile(r"(?<!\w)(?:edit|fact|change|rewrite|belie\w+|mind|update)(?!\w)", re.IGNORECASE)


def forbidden(clause: str) -> bool:
    """Whether `clause` says only what shall not be done (`don't export it`)."""
    return bool(_FORBIDDEN.match(clause)) and not GIVEN_UP.search(clause)


def without_denial(text: str) -> str:
    """`text` without what is not wanted where something else is said to be wanted in its place."""
    match = _NOT_BUT.match(blank(text, quoted_spans(text), "~"))
    if match is None:
        return text
    if match["this"]:
        return text[match.start("this") :]
    unwanted = match["not"] or match["dropped"]
    if _EDIT.search(unwanted) or ABOUT_A_FACT.search(unwanted):
        return text
    asked = text[match.start("but" if match["but"] else "instead") :]
    return re.sub(r"^(?:just|instead|rather),? | instead[.!]?$", "", asked, flags=re.IGNORECASE)


def wanted(pieces: list[str]) -> list[str]:
    """The clauses without those that only forbid; a capability that is forbidden stays, as one to leave out."""
    kept: list[str] = []
    forbade_edit = False
    for piece in pieces:
        if not forbidden(piece):
            kept.append(re.sub(r"^(?:just|only|instead|rather) (?=\w)", "", piece) if forbade_edit else piece)
            continue
        forbade_edit |= bool(_EDIT.search(piece))
        if kept and mentions(piece):
            kept[-1] = f"{kept[-1]}, without {mentions(piece)[0].text}"
    if (
        kept
        and kept[0] is not pieces[0]
        and export_format(kept[0])
        and len(kept[0].split()) < 5
        and re.search(r"export|save", pieces[0], re.I)
    ):
        kept[0] = f"export as {export_format(kept[0])}"  # `don't export as html, use csv`
    if forbade_edit and kept and not _EDIT.search(kept[0]):
        # `don't roll back the edit, benchmark it`
        kept[0] = re.sub(r"^((?:\w+ ){0,2}\w+) (?:it|that)(?!\w)", r"\1 the edit", kept[0])
    return kept or pieces
