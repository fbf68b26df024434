"""ES, PS, NS, S and the magnitudes of a few edits, worked out by hand."""

import math

import pytest

from tools.editing._harmonic import harmonic_mean
from tools.editing.evaluated import Contest, EvaluatedFact, EvaluatedPrompt, Kind, Likelihood
from tools.editing.evaluation import Measure, measures


def likely(p: float, n_tokens: int = 1, greedy: float = 0.0) -> Likelihood:
    return Likelihood(log_p=math.log(p), n_tokens=n_tokens, greedy=greedy)


def asked(
    kind: Kind, before: tuple[float, float], after: tuple[float, float], greedy: float = 0.0
) -> EvaluatedPrompt:
    """A prompt with P of the answer that should win and of the other, before and after."""
    return EvaluatedPrompt(
        kind=kind,
        prompt=kind,
        expected="a",
        rival="b",
        before=Contest(expected=likely(before[0]), rival=likely(before[1])),
        after=Contest(expected=likely(after[0], greedy=greedy), rival=likely(after[1])),
    )


def fact(number: int, *prompts: EvaluatedPrompt) -> EvaluatedFact:
    return EvaluatedFact(
        number=number,
        subject="S",
        prompt="{} is",
        target="a",
        true_target="b",
        prompts=prompts,
        layer=1,
        seconds=0.0,
    )


FACTS = (
    fact(
        1,
        asked("efficacy", (0.1, 0.5), (0.9, 0.1), greedy=1.0),
        asked("paraphrase", (0.1, 0.5), (0.6, 0.2), greedy=1.0),
        asked("paraphrase", (0.1, 0.5), (0.1, 0.2), greedy=0.0),
        asked("neighbourhood", (0.5, 0.1), (0.4, 0.1), greedy=0.5),
    ),
    fact(
        2,
        asked("efficacy", (0.3, 0.2), (0.5, 0.1), greedy=0.5),
        asked("paraphrase", (0.1, 0.2), (0.5, 0.1), greedy=1.0),
        asked("neighbourhood", (0.5, 0.1), (0.1, 0.4), greedy=0.0),
        asked("neighbourhood", (0.5, 0.1), (0.1, 0.1), greedy=0.0),
        asked("neighbourhood", (0.5, 0.1), (0.6, 0.1), greedy=1.0),
        asked("neighbourhood", (0.5, 0.1), (0.7, 0.1), greedy=1.0),
    ),
)


def by_name(*facts: EvaluatedFact) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures(facts)}


def test_scores_average_within_a_fact_first_and_then_over_facts() -> None:
    found = by_name(*FACTS)
    # ES: (1 + 1) / 2. PS: (1/2 + 1) / 2. NS: (1 + 2/4) / 2; a tie is no success.
    assert (found["ES"].value, found["PS"].value, found["NS"].value) == (1.0, 0.75, 0.75)
    # S: 3 / (1/1 + 1/0.75 + 1/0.75) = 3 / 3.666... = 0.8181...
    assert found["S"].value == pytest.approx(9 / 11)
    assert (found["PS"].n, found["PS"].n_prompts, found["S"].n_prompts) == (2, 3, 10)


def test_the_unedited_model_stands_beside_them_on_the_same_prompts() -> None:
    found = by_name(*FACTS)
    # Before: P[new] > P[true] on the second fact only; paraphrases nowhere; neighbours everywhere.
    assert (found["ES"].before, found["PS"].before, found["NS"].before) == (0.5, 0.0, 1.0)
    assert found["S"].before == 0.0


def test_magnitudes_are_mean_differences_of_probabilities() -> None:
    found = by_name(*FACTS)
    # EM: ((0.9 - 0.1) + (0.5 - 0.1)) / 2. PM: ((0.4 - 0.1) / 2 + 0.4) / 2.
    assert found["EM"].value == pytest.approx(0.6)
    assert found["PM"].value == pytest.approx(0.275)
    # NM: (0.3 + (-0.3 + 0 + 0.5 + 0.6) / 4) / 2. Before: EM (-0.4 + 0.1) / 2.
    assert found["NM"].value == pytest.approx(0.25)
    assert found["EM"].before == pytest.approx(-0.15)
    low, high = found["EM"].interval or (0, 0)
    assert -1 <= low < 0.6 < high <= 1


def test_accuracies_are_shares_of_greedy_tokens() -> None:
    found = by_name(*FACTS)
    # Efficacy: (1 + 0.5) / 2. Paraphrase: (0.5 + 1) / 2. Specificity: (0.5 + 0.5) / 2.
    assert [found[name].value for name in ("Efficacy", "Paraphrase", "Specificity")] == [0.75, 0.75, 0.5]
    # 3 / (4/3 + 4/3 + 2) = 9/14.
    assert found["Score"].value == pytest.approx(9 / 14)
    assert found["Portability"].value is None
    assert "no portability prompts" in found["Portability"].explanation


def test_per_token_means_can_turn_a_comparison_round() -> None:
    # P: 0.2 against 0.16, so the first wins; per token 0.2 against 0.16 ** (1/2) = 0.4, so the second does.
    contest = Contest(expected=likely(0.2), rival=likely(0.16, n_tokens=2))
    prompt = EvaluatedPrompt(
        kind="efficacy", prompt="p", expected="a", rival="b", before=contest, after=contest
    )
    found = by_name(fact(1, prompt))
    assert (found["ES"].value, found["ES per token"].value) == (1.0, 0.0)


def test_probabilities_too_small_for_a_number_are_still_compared() -> None:
    contest = Contest(
        expected=Likelihood(log_p=-900.0, n_tokens=3, greedy=0.0),
        rival=Likelihood(log_p=-901.0, n_tokens=3, greedy=0.0),
    )
    prompt = EvaluatedPrompt(
        kind="efficacy", prompt="p", expected="a", rival="b", before=contest, after=contest
    )
    found = by_name(fact(1, prompt))
    assert (found["ES"].value, found["EM"].value) == (1.0, 0.0)


def test_without_a_true_answer_scores_are_unscored_and_accuracies_are_not() -> None:
    contest = Contest(expected=likely(0.5, greedy=1.0), rival=None)
    prompt = EvaluatedPrompt(
        kind="efficacy", prompt="p", expected="a", rival=None, before=contest, after=contest
    )
    found = by_name(fact(1, prompt))
    assert found["ES"].value is None
    assert "no true target is known" in found["ES"].explanation
    assert found["Efficacy"].value == 1.0
    assert (found["S"].value, found["S"].interval, found["S"].n) == (None, None, 0)


def test_a_prompt_that_was_not_read_counts_nowhere_and_its_reason_is_told() -> None:
    prompt = EvaluatedPrompt(
        kind="efficacy",
        prompt="p",
        expected="a",
        rival="b",
        before=None,
        after=None,
        unscored_reason="Too long.",
    )
    found = by_name(fact(1, prompt))
    assert (found["ES"].value, found["ES"].n) == (None, 0)
    assert found["ES"].explanation == "Unscored: Too long."


def test_nothing_at_all_is_unscored() -> None:
    assert all(measure.value is None for measure in measures(()))


def test_the_interval_of_s_contains_it_and_narrows_with_facts() -> None:
    few, many = by_name(*FACTS)["S"], by_name(*FACTS * 20)["S"]
    assert few.value == many.value == pytest.approx(9 / 11)
    for measure in (few, many):
        low, high = measure.interval or (1.0, 0.0)
        assert 0 <= low < measure.value <= high <= 1
    assert many.interval is not None and few.interval is not None
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_facts_that_do_not_differ_still_have_an_interval() -> None:
    low, high = by_name(*FACTS[:1] * 20)["S"].interval or (1.0, 0.0)
    assert low < high


def test_a_harmonic_mean() -> None:
    assert harmonic_mean([1.0, 0.5]) == pytest.approx(2 / 3)
    assert harmonic_mean([1.0, 0.0]) == 0.0
