"""A suite is a frozen list of cases that can be run again, unchanged, on another model."""

import hashlib
import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from prompts.capabilities import CONTRACT
from prompts.rejections import RejectedDraft
from tools.cases import Case, Difficulty
from tools.errors import SuiteError
from tools.registry import load

MAX_PROMPTS = 10_000


class Suite(BaseModel):
    """Cases of one capability with everything needed to make them again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capability: str
    scoring: str
    generator: str
    """Name and version of what made the cases, e.g. `cot_math/1`."""
    seed: int
    subtypes: tuple[str, ...] = ()
    """The sub-types asked for; empty: all."""
    difficulty: Difficulty | Literal["mixed"] = "mixed"
    cases: tuple[Case, ...]
    rejected: tuple[str, ...] = Field(default=())
    """Reasons why candidate cases were left out before use."""
    rejected_drafts: tuple[RejectedDraft, ...] = Field(default=())
    """Those of them whose text was kept."""

    @property
    def hash(self) -> str:
        """SHA-256 over capability, method, generator and cases in canonical JSON: equal hash, equal suite.

        Fields of a case that hold their default are left out, so that a field that is added later changes no hash.
        """
        content = {
            "capability": self.capability,
            "scoring": self.scoring,
            "generator": self.generator,
            "cases": [case.model_dump(mode="json", exclude_defaults=True) for case in self.cases],
        }
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        # Prompts read from files may hold lone surrogates, which have no other UTF-8 form.
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def write_suite(
    capability: str,
    n: int,
    *,
    seed: int = 0,
    subtypes: tuple[str, ...] = (),
    difficulty: Difficulty | None = None,
    scoring: str | None = None,
) -> Suite:
    """Generate and freeze a suite of n cases. Raises SuiteError where the wish cannot be met."""
    module = load("prompts.capabilities", capability, CONTRACT).module
    if not 1 <= n <= MAX_PROMPTS:
        raise SuiteError(
            f"A suite has between 1 and {MAX_PROMPTS:,} prompts, not {n:,}.",
            "Ask for a number in that range.",
        )
    unknown = [name for name in subtypes if name not in module.SUBTYPES]
    if unknown:
        raise SuiteError(
            f"{capability} has no sub-type {unknown[0]!r}.", f"It has: {', '.join(module.SUBTYPES)}."
        )
    if difficulty is not None and difficulty not in module.DIFFICULTIES:
        raise SuiteError(
            f"{capability} has no difficulty {difficulty!r}.", f"It has: {', '.join(module.DIFFICULTIES)}."
        )
    cases = module.generate(n, seed, subtypes, difficulty)
    if len(cases) != n or len({case.prompt for case in cases}) != n:
        raise SuiteError(
            f"{capability} can make only {len({c.prompt for c in cases})} different prompts of this kind.",
            "Ask for fewer prompts or for more sub-types.",
        )
    return Suite(
        capability=capability,
        scoring=scoring or module.SCORING,
        generator=f"{capability}/{module.VERSION}",
        seed=seed,
        subtypes=subtypes,
        difficulty=difficulty or "mixed",
        cases=tuple(cases),
    )
