"""Labelled inputs: balanced in every slice, with labels that are true."""

import re
from collections import Counter

import pytest

from prompts.capabilities import label_balance
from prompts.suite import write_suite
from tests.scripted_subject import ScriptedSubject
from tools.progress import silent
from tools.results import Credit
from tools.scoring.divergence import Settings, score, summarise


@pytest.mark.parametrize("n", [16, 24, 64, 400])
@pytest.mark.parametrize("difficulty", [None, "easy", "hard"])
def test_true_labels_are_balanced_within_every_label_set(n, difficulty):
    cases = write_suite("label_balance", n, difficulty=difficulty).cases
    for subtype, labels in label_balance.LABELS.items():
        counts = Counter(case.target for case in cases if case.subtype == subtype)
        assert max(counts.values()) - min(counts[label] for label in labels) <= 1


def test_a_perfect_model_scores_a_hundred_and_a_stubborn_one_nothing():
    cases = write_suite("label_balance", 64).cases
    perfect = [Credit(case_id=case.id, category=case.target) for case in cases]
    stubborn = [Credit(case_id=case.id, category=sorted(case.choices)[0]) for case in cases]
    assert summarise(cases, perfect, Settings()).value == pytest.approx(1.0)
    assert summarise(cases, stubborn, Settings()).value == pytest.approx(0.0)


def test_there_are_at_least_three_hundred_inputs_of_each_difficulty():
    for difficulty in label_balance.DIFFICULTIES:
        assert len(write_suite("label_balance", 300, difficulty=difficulty).cases) == 300


def test_sums_are_labelled_rightly():
    cases = write_suite("label_balance", 80, subtypes=("yes_no", "true_false"), difficulty="hard").cases
    for case in cases:
        a, b, limit = map(int, re.findall(r"\d+", case.prompt))
        assert (a + b > limit) == (case.target in ("Yes", "True"))


def test_the_prompt_names_the_labels_and_ends_ready_for_one():
    for case in write_suite("label_balance", 100).cases:
        assert case.prompt.endswith(f"({' or '.join(case.choices)}):")
        assert case.target in case.choices


def test_a_suite_runs_without_generation():
    cases = write_suite("label_balance", 8).cases
    table = {
        (case.prompt, f" {label}"): [0.9 if label == case.target else 0.1]
        for case in cases
        for label in case.choices
    }
    credits = list(score(ScriptedSubject(probabilities=table), cases, Settings(), silent))
    assert [credit.category for credit in credits] == [case.target for case in cases]


def test_the_same_seed_gives_the_same_suite_and_another_seed_another():
    assert write_suite("label_balance", 60, seed=4).hash == write_suite("label_balance", 60, seed=4).hash
    assert write_suite("label_balance", 60, seed=4).hash != write_suite("label_balance", 60, seed=5).hash
