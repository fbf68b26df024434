"""Two wishes that are about what a language model writes or judges: rejected prompts, and who judges refusals."""

import re

from pydantic import JsonValue

_WRITTEN = r"(?:prompts?|questions?|items?|cases?|sentences?|drafts?|probes?|ones|candidates?|test items?)"
_OUT = (
    r"(?:rejected|discarded|thrown (?:out|away)|threw (?:out|away)|(?:filtered|weeded|sorted|left) out|binned|"
    r"dropped)"
)
_REJECTED = re.compile(
    rf"(?<!\w){_OUT} (?:\w+ ){{0,2}}{_WRITTEN}(?!\w)"
    rf"|(?<!\w){_WRITTEN}(?: \w+){{0,4}}? {_OUT}(?!\w)"
    rf"|(?<!\w)(?:what|which|who|anything) (?:\w+ ){{0,3}}{_OUT}(?!\w)"
    rf"|(?<!\w)rejects(?!\w)",
    re.IGNORECASE,
)
_BY_THE_SUBJECT = re.compile(
    rf"(?<!\w){_OUT} by (?:the |this |my |that )?(?:model|checkpoint|it)(?!\w)", re.I
)
"""Then it is the model's refusals that are meant."""
_LLM = r"(?:LLM|endpoint|language model)"
_JUDGE = re.compile(
    rf"(?<!\w)judg\w+(?: \w+){{0,6}}? (?:with|by|through|using|via) (?:the |an? |my |our |your )?{_LLM}(?!\w)"
    rf"|(?<!\w)(?:let|have|make) (?:the |an? |my |our |your )?{_LLM} judge(?!\w)"
    rf"|(?<!\w){_LLM}(?:[ -]as[ -]an?)?[ -](?:judge|judges|judged|judging)(?!\w)"
    rf"|(?<!\w)(?:the |an? |my |our |your ){_LLM} as (?:the |a )?judge(?!\w)",
    re.IGNORECASE,
)


def rejected_in(text: str) -> dict[str, JsonValue]:
    """The argument of drill_down where the prompts are meant that the checks threw out; else none."""
    return {"rejected": True} if _REJECTED.search(text) and not _BY_THE_SUBJECT.search(text) else {}


def judge_in(text: str) -> dict[str, JsonValue]:
    """The argument of run_benchmark where the LLM is to judge refusals; else none."""
    return {"judge": "llm"} if _JUDGE.search(text) else {}
