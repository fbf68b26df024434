"""Rejected prompts and who judges, recognised in words."""

import pytest

from agent.planner.llm_wishes import judge_in, rejected_in


@pytest.mark.parametrize(
    "text",
    [
        "show the rejected prompts",
        "which prompts were thrown out?",
        "which questions did you throw away? I mean the ones that were thrown away",
        "list the prompts that got rejected",
        "what was rejected for that card?",
        "show me the discarded sentences",
        "which ones were filtered out before use?",
    ],
)
def test_rejected_prompts_are_meant(text: str) -> None:
    assert rejected_in(text) == {"rejected": True}


@pytest.mark.parametrize(
    "text",
    [
        "why is refusal so low?",
        "which prompts were rejected by the model?",
        "break the last card down by sub-type",
        "why did it fail the hard ones?",
        "what went wrong?",
    ],
)
def test_anything_else_is_no_wish_for_rejected_prompts(text: str) -> None:
    assert rejected_in(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "judge the refusals with the LLM",
        "10 refusal prompts, judged by the LLM",
        "how good is it at refusing? let the LLM judge",
        "refusal with an LLM judge",
        "refusal, with my LLM as the judge",
        "refusals with LLM-as-a-judge",
    ],
)
def test_the_llm_is_to_judge(text: str) -> None:
    assert judge_in(text) == {"judge": "llm"}


@pytest.mark.parametrize(
    "text",
    [
        "judge how good this LLM is at refusing",
        "how often does it refuse?",
        "judge this language model",
        "test refusal and judge for yourself",
    ],
)
def test_nobody_asked_for_a_judge(text: str) -> None:
    assert judge_in(text) == {}
