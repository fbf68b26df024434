"""The orders of a request: its clauses, each with those that only add to it, and what is only told beside them."""

import re

from agent.planner.background import exclaims, tells, tells_of_before, without_remark
from agent.planner.binding import counts_by_place
from agent.planner.capabilities import mentions
from agent.planner.clauses import ORDERED, clauses
from agent.planner.edits import edit_clauses, fact_in
from agent.planner.feature_orders import joined
from agent.planner.joining import LISTS, only_adds, only_counts, only_says_how, repeats_a_score
from agent.planner.name_intents import LOADS
from agent.planner.names import names
from agent.planner.plan import SessionView
from agent.planner.reading import read

_TESTS_THAT = re.compile(
    r"(?:(?:please|could|can|would|will|you|we|so|now) )*(?:test|check|measure|benchmark|evaluate|"
    r"assess|find out|"
    r"score|run|do|quiz|quantify|verify|confirm|look into|prove)(?: (?:it|the model))?(?: (?:on|for|in))? "
    r"(?:it|this|that|them|those|these)(?: out)?"
    r"(?: for me| please)?[.!?]*",
    re.IGNORECASE,
)
"""`test that` after a capability was named asks for nothing more."""
_SAYS_WHICH = re.compile(
    r"(?:i mean |just |only )?(?:the|their|its|an?) (?:(?:\w+ly|very|well-known|most) )?(?:official|"
    r"original|real|actual|"
    r"full|complete|whole|standard|public|published|usual|common|famous|classic|proper|well-known|regular|normal|"
    r"genuine|true|proper|ordinary|plain) (?:one|version|thing|benchmark|set|data ?set|test|release|edition|task|"
    r"variant|suite|deal)s?(?: please| of course| i mean| obviously)?[.!?]*",
    re.IGNORECASE,
)
"""A remark on which benchmark was meant (`the official one`)."""
_THAT_ONE = re.compile(r"(?:the|that) (?:[a-z-]+ ){1,3}one[.!?]*", re.IGNORECASE)
LEANS_BACK = re.compile(r"(?<!\w)(?:it|this|that|them|em|those|(?:this|that|the) \w+)[.!?]?$", re.IGNORECASE)
_THEY = re.compile(r"(?<!\w)(?:they|them|those|these|their|both)(?!\w)", re.IGNORECASE)


def orders_of(text: str, view: SessionView) -> list[str]:
    """The clauses of `text`, each with those that only add to it."""
    orders: list[str] = []
    pieces = joined(edit_clauses(text, clauses(text), view), view)
    told = ""
    for piece in pieces:
        clause = without_remark(f"{told} {piece}".strip())
        told = clause if piece is not pieces[-1] and repeats_a_score(clause, view) else ""
        if told:
            continue  # `12 in maths? Why?`
        if (
            orders
            and _TESTS_THAT.fullmatch(clause)
            and (mentions(orders[-1]) or read(orders[-1], view).named or read(orders[-1], view).wishes)
        ):
            continue
        if len(pieces) > 1 and exclaims(clause):
            continue
        if orders and _says_which(clause, orders[-1], view):
            continue
        if orders and len(counts_by_place(clause)) > 1 and all(mentions(order) for order in orders):
            orders = [", ".join([*orders, clause])]  # `45 of the first, 15 of the second`
            continue
        if orders and (only_says_how(orders[-1]) or only_counts(orders[-1])) and mentions(clause):
            orders[-1] = f"{clause.rstrip('.!')}, {orders[-1]}"
        elif (orders and _points_at_named(clause, orders[-1], view)) or (
            orders
            and not tells_of_before(clause)
            and not tells_of_before(orders[-1])
            and only_adds(clause, orders[-1], view)
        ):
            orders[-1] = f"{orders[-1].rstrip('.!')}, {clause}"
        else:
            orders.append(clause)
    return orders or pieces


def _says_which(clause: str, before: str, view: SessionView) -> bool:
    """Whether `clause` only says which benchmark was meant in the order `before` it."""
    if _SAYS_WHICH.fullmatch(clause) and mentions(before):
        return True
    if not (_SAYS_WHICH.fullmatch(clause) or _THAT_ONE.fullmatch(clause)):
        return False
    said = read(clause, view)
    return bool(read(before, view).named) and not (said.named or said.models or said.steps)


def _points_at_named(clause: str, before: str, view: SessionView) -> bool:
    """Whether `clause` asks for something of `it`, and `before`, which only tells, names what that is."""
    if ORDERED.match(before) or LOADS.match(before) or not ORDERED.match(clause) or names(clause):
        return False
    if names(before):
        return bool(LEANS_BACK.search(clause))
    return bool(
        _THEY.search(clause)
        and len(read(before, view).features.numbers) > 1
        and not read(clause, view).features.numbers
    )


def is_told(clause: str, before: list[str], view: SessionView) -> bool:
    """Whether `clause` only tells something beside the orders, those `before` it among them."""
    if not tells(clause) or LISTS.match(clause) or fact_in(clause, view) is not None:
        return False
    said = read(clause, view)
    if said.models or said.paths or said.format or said.steps or said.named:
        return False
    if not before:
        return len(said.wishes) < 2  # `I suspect X and Y. Test both.`
    return not said.wishes or any(mentions(order) for order in before)


def told_by(clause: str, view: SessionView) -> SessionView:
    """What is known once `clause` was told: the feature that is spoken of."""
    numbers = read(clause, view).features.numbers
    return view.model_copy(update={"last_feature": numbers[0]}) if len(numbers) == 1 else view
