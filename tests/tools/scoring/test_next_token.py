import math

import pytest

from tests.scripted_subject import ScriptedSubject
from tools.cases import Case
from tools.models.language_model import LanguageModel
from tools.registry import load
from tools.results import Credit
from tools.scoring import CONTRACT
from tools.scoring.next_token import Settings, score, with_space


def case(
    prompt: str = "2 + 2 =", target: str | None = "4", choices: tuple[str, ...] = (), id: str = "a"
) -> Case:
    return Case(id=id, prompt=prompt, subtype="s", difficulty="easy", target=target, choices=choices)


def credit(subject: object, one: Case) -> Credit:
    (only,) = score(subject, [one], Settings())
    return only


def test_the_module_keeps_the_contract_of_scoring_methods() -> None:
    assert load("tools.scoring", "next_token", CONTRACT).module.GENERATES is False


def test_cloze_credit_is_the_product_of_the_tokens_probabilities() -> None:
    # 0.5 * 0.4 = 0.2
    found = credit(ScriptedSubject(probabilities={("2 + 2 =", " 4"): (0.5, 0.4)}), case())
    assert found.value == pytest.approx(0.2)
    assert found.output is None
    assert found.details["log_prob"] == pytest.approx(math.log(0.2))
    assert found.details["n_tokens"] == 2


def test_the_choice_with_the_highest_summed_log_probability_counts() -> None:
    probabilities = {
        ("2 + 2 =", " 4"): (0.5,),  # ln 0.5 = -0.693
        ("2 + 2 =", " four"): (0.9, 0.5),  # ln 0.45 = -0.799; a fourth of that per character is -0.200
        ("2 + 2 =", " 5"): (0.1,),
    }
    choices = ("four", "4", "5")
    right = credit(ScriptedSubject(probabilities=probabilities), case(target="4", choices=choices))
    assert right.value == 1.0 and right.output == "4"
    assert right.details["length_normalised_choice"] == "four"
    assert right.details["probability"] == pytest.approx(0.5)
    assert right.details["choice_log_probs"] == pytest.approx(
        {"four": math.log(0.45), "4": math.log(0.5), "5": math.log(0.1)}
    )
    wrong = credit(ScriptedSubject(probabilities=probabilities), case(target="5", choices=choices))
    assert wrong.value == 0.0 and wrong.output == "4"


def test_a_tie_for_the_first_place_is_unscored() -> None:
    probabilities = {("2 + 2 =", " 4"): (0.4,), ("2 + 2 =", " 5"): (0.4,), ("2 + 2 =", " 6"): (0.2,)}
    subject = ScriptedSubject(probabilities=probabilities)
    tied = credit(subject, case(choices=("5", "4", "6")))
    assert tied.value is None and tied.unscored_reason == "the target shares the first place with '5'"


def test_a_tie_between_wrong_choices_is_wrong() -> None:
    probabilities = {("2 + 2 =", " 4"): (0.2,), ("2 + 2 =", " 5"): (0.4,), ("2 + 2 =", " 6"): (0.4,)}
    assert credit(ScriptedSubject(probabilities=probabilities), case(choices=("4", "5", "6"))).value == 0.0


def test_no_number_is_unscored_with_a_reason() -> None:
    cloze = credit(ScriptedSubject(probabilities={("2 + 2 =", " 4"): (0.5, math.nan)}), case())
    assert cloze.value is None and cloze.unscored_reason == "the model gave no number as a log-probability"
    probabilities = {("2 + 2 =", " 4"): (0.5,), ("2 + 2 =", " 5"): (math.nan,)}
    assert credit(ScriptedSubject(probabilities=probabilities), case(choices=("4", "5"))).value is None


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (case(target=None), "the case has no target"),
        (case(target=""), "the case has no target"),
        (case(choices=("5", "6")), "the target is not among the choices"),
        (case(choices=("4", "4")), "two choices are the same"),
        (case(choices=("4", "")), "a choice is empty"),
    ],
)
def test_a_bad_case_is_unscored_and_the_others_are_scored(one: Case, reason: str) -> None:
    subject = ScriptedSubject(probabilities={("2 + 2 =", " 4"): (0.5,)})
    bad, good = score(subject, [one, case(id="b")], Settings())
    assert (bad.case_id, bad.unscored_reason) == ("a", reason)
    assert (good.case_id, good.value) == ("b", pytest.approx(0.5))


def test_each_case_is_credited_as_soon_as_its_choices_are_scored() -> None:
    probabilities = {("2 + 2 =", " 4"): (0.5,), ("2 + 2 =", " 5"): (0.1,)}
    subject = ScriptedSubject(probabilities=probabilities)
    credits = score(
        subject, [case(choices=("4", "5")), case(prompt="3 + 3 =", target="6", id="b")], Settings()
    )
    assert next(credits).case_id == "a"
    with pytest.raises(KeyError):  # the second case is not in the table, and was not asked for before
        next(credits)


@pytest.mark.parametrize(
    ("prompt", "target", "expected"),
    [
        ("The capital of France is", "Paris", " Paris"),
        ("The capital of France is ", "Paris", "Paris"),
        ("Q:\n", "Paris", "Paris"),
        ("It was late", ", so they left", ", so they left"),
        ("", "Paris", "Paris"),
        ("He said", '"no"', ' "no"'),
        ("x =", "-3", " -3"),
    ],
)
def test_one_space_stands_between_prompt_and_target(prompt: str, target: str, expected: str) -> None:
    assert with_space(prompt, target) == expected


def test_an_impossible_target_has_no_credit_and_no_infinity_in_its_details() -> None:
    class Impossible(ScriptedSubject):
        def log_probs(self, requests, *, report=None):
            from tools.models.subject import ContinuationScore

            yield 0, ContinuationScore((1,), (-math.inf,), False)

    found = credit(Impossible(), case())
    assert found.value == 0.0 and found.details["log_prob"] is None


@pytest.mark.embedded
def test_the_embedded_model_knows_a_capital(embedded: LanguageModel) -> None:
    one = case("The capital of France is", "Paris", ("London", "Paris", "Berlin"))
    assert credit(embedded, one).value == 1.0


def parity_requests() -> list[tuple[str, str]]:
    """Fifty pairs: cloze, choices after one prompt, multi-token, trailing spaces, empty prompts, other scripts."""
    countries = ["France", "Germany", "Italy", "Spain", "Japan", "Peru", "Kenya", "Norway", "Egypt", "Chile"]
    requests = [
        (f"The capital of {country} is", f" {city}") for country in countries for city in ("Paris", "Oslo")
    ]
    requests += [(f"Question: which is larger, {n} or {n + 3}?\nAnswer:", f" {n + 3}") for n in range(5, 15)]
    requests += [("She opened the door and ", text) for text in ("walked in", "ran away", "sang")]
    requests += [("", text) for text in ("The", "Once upon a time", "<|im_start|>user")]
    requests += [
        ("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", text) for text in ("Hello", "No.")
    ]
    requests += [("Café, naïve und Straße:", " 日本語"), ("x" * 300, "y"), ("def f(x):\n", "    return x")]
    requests += [("The story goes on. " * n, "And then it ended.") for n in range(10, 19)]
    assert len(requests) == 50
    return requests


@pytest.mark.embedded
def test_log_probabilities_equal_those_of_lm_eval(embedded: LanguageModel) -> None:
    import random

    import numpy as np
    import torch

    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM

    requests = parity_requests()
    harness = HFLM(pretrained=embedded.model, tokenizer=embedded.tokenizer, batch_size=8, device="cpu")
    instances = [Instance("loglikelihood", {}, arguments, index) for index, arguments in enumerate(requests)]
    reference = harness.loglikelihood(instances, disable_tqdm=True)
    random.setstate(states[0]), np.random.set_state(states[1]), torch.set_rng_state(states[2])

    ours = dict(embedded.log_probs(requests))
    for index, (log_prob, is_greedy) in enumerate(reference):
        assert ours[index].total == pytest.approx(log_prob, abs=1e-4), requests[index]
        assert ours[index].is_greedy == is_greedy, requests[index]
