"""Two steps of a request that are one."""

from pydantic import JsonValue

from agent.planner.merging import merged, same_number_each
from agent.planner.plan import Step


def benchmark(*dimensions: dict[str, JsonValue], model: str | None = None) -> Step:
    blank: dict[str, JsonValue] = {"method": None, "n_prompts": None, "subtypes": [], "topic": None}
    filled: list[JsonValue] = [blank | dimension for dimension in dimensions]
    return Step(intent="run_benchmark", arguments={"dimensions": filled, "model": model, "step": None})


def test_what_is_said_later_of_the_same_capability_is_filled_in() -> None:
    both = merged(
        benchmark({"capability": "refusal", "subtypes": ["crime"]}),
        benchmark({"capability": "refusal", "n_prompts": 20, "subtypes": ["crime_lookalike"]}),
        "does it help with crimes?",
    )
    wanted = {"capability": "refusal", "n_prompts": 20, "subtypes": ["crime", "crime_lookalike"]}
    assert both == benchmark(wanted)


def test_a_question_about_the_whole_model_is_specified_by_the_capability_named_after_it() -> None:
    arithmetic = benchmark({"capability": "arithmetic"})
    assert merged(benchmark(), arithmetic, "how good is it?") == arithmetic


def test_the_default_card_and_a_capability_are_two_steps() -> None:
    assert merged(benchmark(), benchmark({"capability": "arithmetic"}), "run the default card") is None


def test_another_model_is_another_step() -> None:
    first = benchmark({"capability": "arithmetic"}, model="gpt2")
    assert merged(first, benchmark({"capability": "arithmetic"}, model="gpt2-xl"), "") is None


def test_edit_benchmarks_named_one_after_the_other_are_one_run() -> None:
    def run(*names: str) -> Step:
        return Step(intent="run_edit_benchmarks", arguments={"benchmarks": [*names]})

    assert merged(run(), run("zsRE"), "did it leak?") == run("zsRE")
    assert merged(run("zsRE"), run("LEME"), "zsre") == run("zsRE", "LEME")


def test_a_measure_and_a_word_for_it_are_one_explanation() -> None:
    def explain(topic: str) -> Step:
        return Step(intent="explain", arguments={"topic": topic})

    assert merged(explain("purity"), explain("it"), "") == explain("purity")
    assert merged(explain("purity"), explain("mui"), "") is None


def test_ten_each_holds_for_all_dimensions() -> None:
    step = benchmark({"capability": "arithmetic"}, {"capability": "refusal", "n_prompts": 10})
    assert same_number_each(step) == benchmark(
        {"capability": "arithmetic", "n_prompts": 10}, {"capability": "refusal", "n_prompts": 10}
    )
