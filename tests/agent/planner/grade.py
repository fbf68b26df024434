"""Is a plan right? Compares plans with written expectations, and runs a planner over a file of them.

An expectation is `{"intent", "arguments", "then"}`: one intent or a list of acceptable ones, the arguments
that matter, the further steps in order (none where not given). `{"any_of": [..]}` in place of a whole
expectation or of a value accepts any of several.

Values: null also means "empty list"; a list is compared without regard to order; `{"contains": "x"}` looks
into a string, or into any string of a list, with case, hyphens and underscores folded (a list of words: all
of them); `{"excludes": "x"}` is its opposite.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.planner.arguments import validated
from agent.planner.plan import Planner, SessionView

Json = Any

MATCHER_KEYS = {"any_of", "contains", "excludes"}
MOST_ITEMS_IN_ANY_ORDER = 7
"""Lists up to this length are matched in every order where they hold matchers (7! is 5,040)."""


def grade(plan: dict[str, Json], expect: dict[str, Json]) -> list[str]:
    """What is wrong with a plan, in words; an empty list where it is right."""
    if "any_of" in expect:
        attempts = [grade(plan, alternative) for alternative in expect["any_of"]]
        return min(attempts, key=len)
    wrong = _step_mismatches(plan, expect, "")
    if plan.get("intent") == "clarify" and not plan.get("question"):
        wrong.append("clarify without a question")
    further, wanted = plan.get("then") or [], expect.get("then", [])
    if len(further) != len(wanted):
        intents = [step.get("intent") for step in further]
        wrong.append(f"{len(further)} further steps {intents}, not {len(wanted)}")
    for place, (step, wanted_step) in enumerate(zip(further, wanted, strict=False), start=1):
        wrong += _step_mismatches(step, wanted_step, f"then[{place}] ")
    return wrong


def _step_mismatches(step: dict[str, Json], expect: dict[str, Json], where: str) -> list[str]:
    """Mismatches of one step: its intent, and where that is right its arguments."""
    if "any_of" in expect:
        return min((_step_mismatches(step, each, where) for each in expect["any_of"]), key=len)
    intent = step.get("intent", "")
    wanted = expect["intent"] if isinstance(expect["intent"], list) else [expect["intent"]]
    if intent not in wanted:
        return [f"{where}intent {intent!r}, not {' or '.join(wanted)}"]
    try:
        arguments = validated(intent, step.get("arguments") or {}).model_dump()
    except (KeyError, ValidationError) as error:
        return [f"{where}arguments of {intent} are not valid: {error}"]
    return [
        f"{where}{name} is {arguments.get(name)!r}, not {value!r}"
        for name, value in expect.get("arguments", {}).items()
        if not matches(arguments.get(name), value)
    ]


def matches(actual: Json, expected: Json) -> bool:
    """Whether a value is as expected: exact, a matcher, a dict's given keys, or a list in any order."""
    if isinstance(expected, dict):
        if MATCHER_KEYS & expected.keys():
            return _matcher_accepts(actual, expected)
        return isinstance(actual, dict) and all(
            matches(actual.get(key), value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return _same_items(actual or [], expected)
    if expected is None:
        return actual is None or actual == []
    if isinstance(actual, str) and isinstance(expected, str):
        return actual.strip() == expected
    return type(actual) is type(expected) and bool(actual == expected)


def _matcher_accepts(actual: Json, matcher: dict[str, Json]) -> bool:
    """Whether every condition of a matcher holds."""
    for condition, value in matcher.items():
        if condition == "any_of" and not any(matches(actual, each) for each in value):
            return False
        if condition == "contains":
            words = value if isinstance(value, list) else [value]
            if not all(any(_folded(word) in text for text in _texts(actual)) for word in words):
                return False
        if condition == "excludes" and any(_folded(value) in text for text in _texts(actual)):
            return False
    return True


def _same_items(actual: Json, expected: list[Json]) -> bool:
    """Whether two lists hold the same items in some order."""
    if not isinstance(actual, list) or len(actual) != len(expected):
        return False
    if not any(isinstance(item, dict) for item in expected):
        return sorted(map(repr, actual)) == sorted(map(repr, expected))
    if len(expected) > MOST_ITEMS_IN_ANY_ORDER:
        return all(any(matches(item, wanted) for item in actual) for wanted in expected)
    return any(all(map(matches, order, expected)) for order in permutations(actual))


def _texts(actual: Json) -> list[str]:
    """The strings in a value, folded."""
    values = actual if isinstance(actual, list) else [actual]
    return [_folded(value) for value in values if isinstance(value, str)]


def _folded(text: str) -> str:
    """Text without the differences that do not matter when a word is looked for."""
    return text.casefold().replace("_", " ").replace("-", " ")


def read_requests(path: Path) -> list[dict[str, Json]]:
    """The requests of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def grade_all(
    planner: Planner, entries: Sequence[dict[str, Json]]
) -> list[tuple[dict[str, Json], Json, list[str]]]:
    """Each request with its plan and what is wrong with that."""
    graded = []
    for entry in entries:
        view = SessionView.model_validate(entry.get("context") or {})
        plan = planner.plan(entry["request"], view).model_dump()
        graded.append((entry, plan, grade(plan, entry["expect"])))
    return graded


def main() -> None:
    """Print the share of right plans of the embedded planner over a file, by kind."""
    from agent.planner.embedded import EmbeddedPlanner

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--show", action="store_true", help="print the requests that went wrong")
    options = parser.parse_args()
    graded = grade_all(EmbeddedPlanner(), read_requests(options.file))
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for entry, plan, wrong in graded:
        by_kind[entry["kind"]].append(not wrong)
        if wrong and options.show:
            shown = {"intent": plan["intent"], "arguments": plan["arguments"], "then": plan["then"]}
            print(f"[{entry['kind']}] {entry['request']}\n  plan: {json.dumps(shown, ensure_ascii=False)}")
            print("".join(f"  wrong: {mismatch}\n" for mismatch in wrong))
    for kind, right in sorted(by_kind.items()):
        print(f"{kind:<18}{sum(right):>4} of {len(right):<4}{sum(right) / len(right):>8.1%}")
    right_in_all = sum(not wrong for _, _, wrong in graded)
    print(f"{'all':<18}{right_in_all:>4} of {len(graded):<4}{right_in_all / len(graded):>8.1%}")


if __name__ == "__main__":
    main()
