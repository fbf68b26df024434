"""Instruction prompts: enough of them, spread evenly, and every one of them can be followed."""

import json
from collections import Counter

import pytest

from prompts.capabilities import instruction_following
from prompts.suite import write_suite
from tools.instruction_checks import check_instruction


def parts_of(case) -> list[tuple[str, dict]]:
    if case.check != "all_of":
        return [(case.check, case.check_arguments)]
    return [(part["check"], part["arguments"]) for part in case.check_arguments["checks"]]


def answer(case) -> str:
    """A text that follows the case's instructions, built from them one by one."""
    checks = dict(parts_of(case))
    keyword = checks.get("keyword_count", {})
    words = [keyword["keyword"]] * keyword["at_least"] if keyword else []
    if "letter_count" in checks:
        words.append(checks["letter_count"]["letter"] * checks["letter_count"]["at_least"])
    words += ["HUH"] * checks.get("capital_words", {}).get("at_least", 0)
    phrases = [checks[name]["phrase"] for name in ("starts_with", "ends_with") if name in checks]
    needed = (
        checks.get("word_count", {}).get("at_least", 0) - sum(len(p.split()) for p in phrases) - len(words)
    )
    text = " ".join(words + ["so"] * max(needed, 1))
    if "json_object" in checks:
        return json.dumps(dict.fromkeys(checks["json_object"]["keys"], text))
    if "json_list" in checks:
        return json.dumps([text] + ["so"] * (checks["json_list"]["length"] - 1))
    n_points = (
        checks.get("bullet_count", {}).get("at_least") or checks.get("numbered_list", {}).get("length") or 0
    )
    if n_points:
        marks = ["-"] * n_points if "bullet_count" in checks else [f"{i}." for i in range(1, n_points + 1)]
        text = "\n".join(f"{mark} {text if i == 0 else 'so'}" for i, mark in enumerate(marks))
    if "sentence_count" in checks:
        text = ". ".join([text] + ["so"] * (checks["sentence_count"]["at_least"] - 1))
    if "paragraph_count" in checks:
        text = "\n\n".join([text] + ["so"] * (checks["paragraph_count"]["at_least"] - 1))
    if "title_in_angles" in checks:
        text = f"<<so>>\n{text}"
    if "starts_with" in checks:
        text = f"{checks['starts_with']['phrase']} {text}"
    if "ends_with" in checks:
        text = f"{text} {checks['ends_with']['phrase']}"
    if "all_lowercase" in checks:
        text = text.lower()
    if "all_uppercase" in checks:
        text = text.upper()
    return f'"{text}"' if "in_double_quotes" in checks else text


@pytest.mark.parametrize("seed", [0, 1])
def test_every_prompt_can_be_followed(seed):
    for case in write_suite("instruction_following", 1000, seed=seed).cases:
        text = answer(case)
        assert check_instruction(case.check, text, case.check_arguments), (case.prompt, text)


def test_a_text_that_ignores_the_instructions_passes_almost_nowhere():
    careless = "Well, here are 3 thoughts, and they are the best. I like it a LOT."
    cases = write_suite("instruction_following", 300).cases
    passed = [case for case in cases if check_instruction(case.check, careless, case.check_arguments)]
    assert len(passed) / len(cases) < 0.1


def test_the_number_of_constraints_grows_with_difficulty():
    for difficulty, number in instruction_following.N_CONSTRAINTS.items():
        for case in write_suite("instruction_following", 70, difficulty=difficulty).cases:
            assert len(parts_of(case)) == number + (case.subtype == "combined")


def test_a_large_suite_is_spread_evenly():
    cases = write_suite("instruction_following", 700).cases
    assert set(Counter(case.subtype for case in cases).values()) == {100}
    assert all(case.prompt == case.prompt.strip() for case in cases)


def test_the_same_seed_gives_the_same_suite_and_another_seed_another():
    first = write_suite("instruction_following", 60, seed=4)
    assert first.hash == write_suite("instruction_following", 60, seed=4).hash
    assert first.hash != write_suite("instruction_following", 60, seed=5).hash
