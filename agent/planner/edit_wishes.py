"""Edits asked for only by wishing a fact, with what is said around it: what it is for, and courtesies inside."""

import re

from agent.planner.capabilities import mentions
from agent.planner.fact import Fact
from agent.planner.noun_phrases import is_named
from agent.planner.statements import relation

_OCCASION = (
    r"(?:it'?s |this is |that'?s )?for (?:(?:our|my|the|a|an|this|some) )(?:[a-z-]+ ){0,3}?(?:study|experiments?|"
    r"demo|lecture|paper|test|talk|class|course|project|thesis|exercise|workshop|presentation|slide|seminar|probe|"
    r"figure|ablation)"
)
_PURPOSE = re.compile(rf"(?:,| [-–—]+)? \(?{_OCCASION}\)?[.!]?$", re.IGNORECASE)
_PURPOSE_BEFORE = re.compile(rf"^{_OCCASION}[,:] ?", re.IGNORECASE)
POLITE_INSIDE = re.compile(r"(?<=[.,;!] )(?:can|could|would|will) (?:you|we) (?=\w)", re.IGNORECASE)
"""Politeness in front of an order that follows a fact (`X ought to be Y. Can you edit that`)."""
_SHALL_BE = re.compile(
    r" (?:should|must|shall|ought to|has to|have to|needs? to|is supposed to|is to|(?P<to>to))(?: now| rather)? "
    r"[a-z]+ ",
    re.IGNORECASE,
)
_OF_THE_WORLD = re.compile(
    r"\{\} (?:is|was) (?:owned|based|headquartered|located|situated|developed|produced|manufactured|invented|"
    r"discovered|founded|published|painted|composed|directed|designed|built|born|buried|married) |"
    r"\{\} (?:belongs to|died|lives) "
)
_OF_A_RUN = re.compile(
    r"(?<!\w)(?:questions?|items?|tasks?|examples?|tests?|labels?|summar(?:y|ies)|stor(?:y|ies)|texts?|outputs?|"
    r"repl(?:y|ies)|answers?|files?|plots?|figures?|tables?|numbers?|data|columns?|prompts?|runs?|edits?|"
    r"everything|html|csv|json|json\w+|markdown|pdf|latex)(?!\w)",
    re.IGNORECASE,
)
"""What a benchmark, its data or its report has: a wish about it is no fact."""

_DONE_WITH = re.compile(r"[a-z]+(?:ed|ly|known|given|taken|kept|left|shown)(?!\w)")
"""What is to be done with the subject, not a value (`the capital of France should be answered correctly`)."""


def without_occasion(body: str) -> str:
    """`body` without what an edit is made for, told behind or before the fact (`for our locality study`)."""
    return _PURPOSE_BEFORE.sub("", _PURPOSE.sub("", body))


def plainly_wished(statement: str, lead: str, fact: Fact) -> bool:
    """Whether a whole clause only wishes a fact (`Thailand's religion needs to become Islam`).

    Nothing says that the model is meant, so the fact must be one of the world: of a known relation, or about a name
    and in the passive of making and owning, and of nothing that a benchmark or a report has.
    """
    both = f"{fact.subject} {fact.target}"
    wish = _SHALL_BE.search(statement)
    if wish is None or (wish["to"] and not re.search(r"(?:want|like|love|need|wish) $", lead, re.IGNORECASE)):
        return False
    if _OF_A_RUN.search(both) or mentions(both) or _DONE_WITH.match(fact.target):
        return False
    if told := re.match(r"The (?P<r>[\w -]+?) (?:of|in) (?:the )?\{\}", fact.prompt):
        return is_named(fact.subject) or re.fullmatch(relation(), told["r"], re.IGNORECASE) is not None
    if _OF_THE_WORLD.search(fact.prompt):
        return True
    named = re.search(r"[A-Z]", fact.subject[1:]) or statement.startswith("the ")
    return is_named(fact.target) and bool(named)
