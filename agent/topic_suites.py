"""Suites that the LLM writes for a request: when, whether a frozen one is there already, and what to say."""

from collections.abc import Iterator
from types import ModuleType

from agent.endpoint import EndpointError
from agent.llm_roles import EndpointAuthor
from agent.planner.arguments import Dimension as Wish
from agent.workbench import Workbench
from prompts.capabilities import CONTRACT
from prompts.llm_suite import can_be_written, generator_name, subtype_names, write_topic_suite
from prompts.suite import Suite
from sessions.card import CapabilityCard
from tools.progress import Report
from tools.registry import load

RECENT = 20
"""Cards of the session that are looked through for the same suite."""


def lacks(wish: Wish) -> list[str]:
    """The sub-types of a wish that the catalogue does not have."""
    return [name for name in wish.subtypes if name not in _module(wish).SUBTYPES]


def general(wish: Wish) -> Wish:
    """The wish without what only an LLM could write."""
    known = [name for name in wish.subtypes if name not in lacks(wish)]
    return wish.model_copy(update={"topic": None, "subtypes": known})


def is_to_be_written(wish: Wish, bench: Workbench) -> bool:
    """Whether the catalogue lacks what is wished for, and there is an LLM that can write it."""
    wanted = wish.topic is not None or bool(lacks(wish))
    return bench.llm is not None and wanted and can_be_written(wish.capability, wish.method)


def written_suite(
    wish: Wish, n: int, index: int, bench: Workbench, report: Report
) -> tuple[Suite | None, str | None]:
    """The frozen suite for a wish, and what to say of it.

    That of an interrupted or an earlier request where it is the same, else a new one; None where it could not be
    written and the general suite has to do. Raises SuiteError, and EndpointError where there is no general one.
    """
    assert bench.llm is not None
    method = wish.method or _module(wish).SCORING
    generator = generator_name(wish.capability, method, bench.llm.name, wish.topic)
    for suite in _frozen(bench, index, generator):
        asked = (generator, bench.settings.seed, subtype_names(wish.subtypes), wish.difficulty or "mixed", n)
        if asked == (suite.generator, suite.seed, suite.subtypes, suite.difficulty, len(suite.cases)):
            return suite, None
    author = EndpointAuthor(bench.llm)
    try:
        suite = write_topic_suite(
            author,
            wish.capability,
            n,
            topic=wish.topic,
            subtypes=tuple(wish.subtypes),
            difficulty=wish.difficulty,
            scoring=wish.method,
            seed=bench.settings.seed,
            report=report,
        )
    except EndpointError as error:
        if lacks(wish):
            raise
        return None, (
            f"Prompts about {wish.topic!r} could not be written: {error.message} "
            f"{_THIS_IS.capitalize()}{wish.capability} suite."
        )
    bench.store.save_suite(suite)
    return suite, _told_of_few(suite, n, author)


def _told_of_few(suite: Suite, n: int, author: EndpointAuthor) -> str | None:
    if len(suite.cases) == n:
        return None
    why = author.failure.message if author.failure is not None else "too few passed the checks."
    return f"{len(suite.cases)} of {n} prompts were written for {suite.capability}: {why} The score rests on these."


def told_instead(wish: Wish, bench: Workbench) -> str | None:
    """What to say where a topic was asked for and the general suite is run."""
    if wish.topic is None:
        return None
    if bench.llm is None:
        return (
            f"Writing prompts about {wish.topic!r} takes an LLM endpoint, and none is configured: "
            f"this is the general {wish.capability} suite."
        )
    return (
        f"Prompts about {wish.topic!r} cannot be written for {wish.capability}, whose answers are checked by a "
        f"program: {_THIS_IS}{wish.capability} suite."
    )


_THIS_IS = "this is the general "


def _frozen(bench: Workbench, index: int, generator: str) -> Iterator[Suite]:
    """Suites that this step of a killed request, or the session's last cards, were run on."""
    left = bench.store.run(bench.session_id, f"{bench.request_key}.{index}")
    if left is not None:
        yield bench.store.suite(left.suite_hash)
    for card in bench.store.cards(session=bench.session_id, limit=RECENT):
        if isinstance(card, CapabilityCard):
            for dimension in card.dimensions:
                if dimension.suite.generator == generator:
                    yield bench.store.suite(dimension.suite.hash)


def _module(wish: Wish) -> ModuleType:
    return load("prompts.capabilities", wish.capability, CONTRACT).module
