"""Clauses that only say that what was spoken of before shall be run."""

import re

from agent.planner.plan import Step

MEASURES = frozenset(
    [
        "run_benchmark",
        "run_named_benchmark",
        "run_edit_benchmarks",
        "score_feature",
        "sweep_features",
        "compare",
        "show_regressions",
        "watch_checkpoints",
        "drill_down",
    ]
)
"""Intents that measure already, so that `run it` behind them asks for nothing more."""
_RUNS_IT = re.compile(
    r"(?:(?:please|so|now|just|go ahead and|and|then|ok(?:ay)?|could you|can you|let'?s|also|to|i'd like "
    r"to|we should),? )*"
    r"(?:run|do|start|test|check|measure|evaluate|launch|execute|kick off|try|benchmark|assess|verify|use|see)"
    r"(?: (?:all|every|the|those|these|your|whatever|any|some|full|whole|usual|tests?|checks?|benchmarks?|"
    r"suite|probes?|"
    r"you|have|there|are|is|available|got|of|them|that|it|this|out|on|over|whether|if|worked|holds?|stuck|"
    r"took|sticks|"
    r"for me|please|now|again|once|first|properly|right away|immediately|thanks|pls))+[.!]?",
    re.IGNORECASE,
)
"""An order to run what was just spoken of."""
_VAGUE = frozenset(["run_benchmark", "drill_down", "watch_checkpoints", "clarify", "help", "sweep_features"])
"""Intents that a clause may be taken for which only says that something shall be run."""


def only_runs(step: Step, clause: str) -> bool:
    """Whether `clause` says no more than that what was spoken of before shall be run."""
    bare = not any(step.arguments.values()) and step.intent in _VAGUE
    return bare and _RUNS_IT.fullmatch(clause.strip()) is not None
