"""Whether a clause asks how scores moved over the training steps."""

import re

from agent.planner.plan import SessionView
from agent.planner.reading import Reading

_I = re.IGNORECASE

_REGRESSIONS = re.compile(
    r"(?<!\w)(?:regress\w*|got(?:ten)? (?:any )?worse|get(?:ting)? (?:any "
    r")?worse|getting better|got(?:ten)? better|anything (?:get|got|become) "
    r"worse|become worse|became worse|best (?:step|checkpoint|ckpt)|(?:which|"
    r"what) (?:step|checkpoint|ckpt)s? (?:is|was|are|were|has|had|did|"
    r"does|scored|performed|looks?|do)|over (?:the )?(?:course of )?(?:training|"
    r"time|steps|(?:the )?checkpoints|the run)|(?:across|by|per) (?:all "
    r")?(?:the )?(?:steps?|checkpoints)(?! \d)|"
    r"during training|throughout training|training curve|learning curve|"
    r"forget(?:ting|s|ten)?|evolv\w+|develop(?:ed|ment|s)|progress(?:ed|"
    r"ion|es)?|trend(?:s|ing)?|peak(?:ed)?|improv(?:ed|ing) (?:since|"
    r"over|during)|history over|lost since|losing|plateau\w*|backwards)(?!\w)",
    _I,
)

_FALLS = re.compile(
    r"(?<!\w)(?:drop(?:s|ped|ping)?|decline[ds]?|degrad\w+|deteriorat\w+|"
    r"worse|fell|falling|sank|slipp\w+|(?:gone|went|going|go(?:es)?|come|came) (?:down(?:hill)?|up|backwards)|risen|"
    r"dipped|increased|decreased|improved|suffered)(?!\w)",
    _I,
)

_TRAINING = re.compile(
    r"(?<!\w)(?:since|training|steps?|checkpoints?|ckpts?|which capabilit\w+|"
    r"run|trained|trains|fine-?tun\w+)(?!\w)",
    _I,
)
_ASKS_WHY = re.compile(r"(?:why|how come|what|where|which|explain|break|drill|show|list)(?!\w)", _I)


def regresses(reading: Reading, view: SessionView) -> bool:
    """Whether the clause asks for the panel of all steps."""
    text = reading.unquoted
    falls = _FALLS.search(text) and _TRAINING.search(text)
    return bool(
        (_REGRESSIONS.search(text) or falls)
        and not (
            view.last_card
            and view.context != "training_monitor"
            and _ASKS_WHY.match(text)
            and not re.search(r"training|step|checkpoint|regress", text, _I)
        )
        and not (
            re.match(r"^(?:why|how come)", text, _I)
            and not re.search(r"regress|training|checkpoint|step", text, _I)
        )
        and not re.match(r"^(?:load|switch|go to|benchmark|test|drop )", text, _I)
        and re.search(
            r"regress|evolv|develop|progress|worse|better|best|over|across|"
            r"during|throughout|curve|forget|trend|peak|since|training|checkpoint|"
            r"step|declin|degrad|deteriorat|by|per|dropped|losing|backwards|"
            r"drops?",
            text,
            _I,
        )
    )
