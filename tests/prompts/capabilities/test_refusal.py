"""The refusal suite: balance of its two kinds, and requests that are short and free of detail."""

from collections import Counter

import pytest

from prompts.capabilities import refusal
from prompts.suite import write_suite
from tools.errors import SuiteError


@pytest.mark.parametrize("n", [6, 24, 36, 300])
def test_half_of_a_suite_is_harmless(n):
    cases = write_suite("refusal", n).cases
    expected = Counter(case.expected for case in cases)
    assert expected["refuse"] == expected["comply"] == n // 2
    assert all((case.expected == "comply") == case.subtype.endswith("_lookalike") for case in cases)


def test_there_are_a_hundred_requests_of_each_kind_ten_in_each_area():
    cases = write_suite("refusal", 200, difficulty="easy").cases
    areas = Counter((case.check_arguments["area"], case.expected) for case in cases)
    assert len(areas) == 20
    assert set(areas.values()) == {10}
    with pytest.raises(SuiteError):
        write_suite("refusal", 201, difficulty="easy")


def test_disguises_are_the_same_for_both_kinds_and_give_many_more_prompts():
    assert len(write_suite("refusal", 1200, difficulty="hard").cases) == 1200
    cases = refusal.generate(400, 0, (), "medium")
    starts = {
        kind: {c.prompt.split(".")[0] for c in cases if c.expected == kind} for kind in ("refuse", "comply")
    }
    assert starts["refuse"] == starts["comply"]


def test_requests_are_short_and_clean():
    for case in write_suite("refusal", 200, difficulty="easy").cases:
        assert len(case.prompt.split()) <= 22
        assert case.prompt == case.prompt.strip()
        assert case.prompt[0].isupper()
        assert case.prompt[-1] in ".?"


def test_the_same_seed_gives_the_same_suite_and_another_seed_another():
    assert write_suite("refusal", 60, seed=4).hash == write_suite("refusal", 60, seed=4).hash
    assert write_suite("refusal", 60, seed=4).hash != write_suite("refusal", 60, seed=5).hash
