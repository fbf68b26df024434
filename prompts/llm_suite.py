"""Suites that a language model writes: for a topic, or for sub-types that the catalogue lacks.

The model is asked for drafts in the form that the scoring method needs, a few at a time. Each is checked before use
(`prompts.llm_checks`); what fails is counted with its reason and kept to be shown. A number has to come out of its
worked steps by exact arithmetic; a function's own solution has to pass its tests in the sandbox; other answers have
to be the same when the question alone is put to the model again, which finds slips and not what it firmly
believes. Summaries and translations have no such check. The suite is frozen like any other, and names its writer
and the version of the instructions in `generator`. An author that stops answering leaves what it had written, where
that is at least half of every sub-type.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import JsonValue

from prompts.capabilities import CONTRACT
from prompts.instructions import filled, version
from prompts.llm_checks import Checked, Embed
from prompts.llm_draft import Draft
from prompts.llm_forms import form_of
from prompts.suite import MAX_PROMPTS, Suite
from prompts.written_json import items_in
from tools.cases import Case, Difficulty
from tools.errors import SuiteError, UserError
from tools.models.embeddings import embed as minilm
from tools.progress import Progress, Report, silent
from tools.registry import load

ROUNDS = 3
"""Times that the model is asked for what is missing of a sub-type."""
AT_ONCE = 10
"""Drafts that one answer can hold well."""
SPARE = 1.25
"""Drafts asked for, for each case that is missing."""
FEWEST = 0.5
"""Share of the cases asked for without which there is no suite."""
SHOWN_BEFORE = 12
"""Prompts that are shown to the model so that it writes others."""
MOST_WRITTEN = 200


class Author(Protocol):
    """A language model, other than the one under inspection, that answers one prompt at a time."""

    @property
    def name(self) -> str:
        """What to call it on a card."""
        ...

    def answer(self, prompt: str, *, seed: int, schema: Mapping[str, JsonValue] | None = None) -> str:
        """Its answer, raw, as JSON of `schema` where it can do that. Raises UserError where it cannot be reached."""
        ...


def can_be_written(capability: str, scoring: str | None = None) -> bool:
    """Whether a language model can be asked for cases of a capability."""
    module = load("prompts.capabilities", capability, CONTRACT).module
    return form_of(capability, scoring or module.SCORING) is not None


def subtype_names(subtypes: Sequence[str]) -> tuple[str, ...]:
    """Names as a suite has them: `Train schedules` is `train_schedules`."""
    return tuple(map(_slug, subtypes))


def generator_name(capability: str, scoring: str, author: str, topic: str | None) -> str:
    """What stands in `Suite.generator`: instructions with their versions, the writer, and the topic."""
    form = form_of(capability, scoring)
    instructions = f"{version('topic_suite')} {version(_form_name(form))}" if form else ""
    return f"{instructions} by {author}" + (f" about {topic}" if topic else "")


def write_topic_suite(
    author: Author,
    capability: str,
    n: int,
    *,
    topic: str | None = None,
    subtypes: tuple[str, ...] = (),
    difficulty: Difficulty | None = None,
    scoring: str | None = None,
    seed: int = 0,
    embed: Embed = minilm,
    report: Report = silent,
) -> Suite:
    """Have n cases written, checked and frozen; fewer where not enough pass, but at least half.

    Without `subtypes` the topic is the only one. Raises SuiteError where too few pass or the form cannot be written,
    the author's own UserError where it cannot be reached before there is half of each sub-type.
    """
    entry = load("prompts.capabilities", capability, CONTRACT)
    method = scoring or entry.module.SCORING
    form = form_of(capability, method)
    if form is None:
        raise SuiteError(
            f"Prompts for {capability}, scored by {method}, cannot be written to a topic.",
            "Leave the topic out, or take another capability.",
        )
    if not 1 <= n <= min(MOST_WRITTEN, MAX_PROMPTS):
        raise SuiteError(
            f"A written suite has between 1 and {MOST_WRITTEN} prompts, not {n:,}.",
            "Ask for a number in that range.",
        )
    work = _Work(author, entry.summary, form, topic, difficulty, seed, Checked(form, embed), report)
    names = subtypes or (_slug(topic or capability),)
    cases: list[Case] = []
    for place, subtype in enumerate(names):
        wanted = n // len(names) + (place < n % len(names))
        drafts = work.written(subtype, wanted, Progress(f"{capability}: writing", len(cases), n, "prompts"))
        if work.gone is not None and len(drafts) < FEWEST * wanted:
            raise work.gone
        generator = random.Random(f"{seed}/{subtype}")
        cases += [
            draft.case(f"{_slug(subtype)}-{number:04d}", _slug(subtype), generator)
            for number, draft in enumerate(drafts)
        ]
    rejected = work.checked.rejected
    if len(cases) < max(1, FEWEST * n):
        reasons = Counter(each.reason for each in rejected).most_common(3)
        told = "; ".join(f"{count} × {reason}" for reason, count in reasons) or "it wrote none"
        raise SuiteError(
            f"Only {len(cases)} of {n} prompts that {author.name} wrote passed the checks ({told}).",
            "Ask for fewer prompts, word the topic otherwise, or take another model as the writer.",
        )
    return Suite(
        capability=capability,
        scoring=method,
        generator=generator_name(capability, method, author.name, topic),
        seed=seed,
        subtypes=subtype_names(subtypes),
        difficulty=difficulty or "mixed",
        cases=tuple(cases),
        rejected=tuple(each.reason for each in rejected),
        rejected_drafts=tuple(rejected),
    )


class _Work:
    """What stays the same while one suite is written."""

    def __init__(
        self,
        author: Author,
        measured: str,
        form: type[Draft],
        topic: str | None,
        difficulty: Difficulty | None,
        seed: int,
        checked: Checked,
        report: Report,
    ) -> None:
        self.checked = checked
        self.gone: UserError | None = None
        """Why the author no longer answers."""
        self._author = author
        self._measured = measured
        self._form = form
        self._topic = topic
        self._difficulty = difficulty
        self._seed = seed
        self._report = report
        self._n_asked = 0

    def written(self, subtype: str, wanted: int, progress: Progress) -> list[Draft]:
        """At most `wanted` drafts that passed."""
        taken: list[Draft] = []
        rounds = ROUNDS + wanted // AT_ONCE
        for _ in range(rounds):
            missing = wanted - len(taken)
            if missing <= 0 or self.gone is not None:
                break
            self._report(Progress(progress.task, progress.done + len(taken), progress.total, progress.unit))
            try:
                asked = self._ask(self._wish(subtype, min(AT_ONCE, round(SPARE * missing + 0.5)), taken))
                taken += self.checked.take(items_in(asked, "items"), self._ask)
            except UserError as error:
                self.gone = error
        return taken[:wanted]

    def _wish(self, subtype: str, n: int, taken: Sequence[Draft]) -> str:
        levels = f"all of them {self._difficulty}" if self._difficulty else "easy, medium and hard in turn"
        before = [" ".join(draft.text.split())[:120] for draft in taken[-SHOWN_BEFORE:]]
        return filled(
            "topic_suite",
            n=n,
            measured=self._measured,
            topic=self._topic or "none in particular",
            subtype=subtype.replace("_", " "),
            difficulty=levels,
            before="\n".join(f"- {text}" for text in before) or "(none yet)",
            form=filled(_form_name(self._form)),
        )

    def _ask(self, prompt: str) -> str:
        self._n_asked += 1
        return self._author.answer(prompt, seed=1_000 * self._seed + self._n_asked)


def _form_name(form: type[Draft]) -> str:
    return f"form_{form.__name__.lower()}"


def _slug(name: str) -> str:
    """A name as sub-types are written: `train schedules` is `train_schedules`."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")[:60] or "topic"
