"""Slots written as in a call or a settings file, put into words: `n_prompts=32`, `features [31, 32]`."""

import re

from agent.planner.edit_forms import filled
from agent.planner.quotes import blank, quoted_spans

_CALLS = {
    "run_benchmark": "benchmark",
    "score_feature": "score",
    "relabel_feature": "relabel",
    "sweep_features": "sweep features",
}
_CALL = re.compile(r"(?<![\w/])(?P<name>[a-z]+(?:_[a-z]+)*)\((?P<slots>[^()]*=[^()]*)\)", re.IGNORECASE)
_KEYS = (
    (r"(?:capability|capabilities|subtypes?|sub_types?|difficulty|scores?|topic)", "{}"),
    (r"(?:method|scoring|scoring_method|metric)", "scored by {}"),
    (r"(?:n|n_prompts|num_prompts|prompts|count|n_samples|samples|n_questions|size)", "{} prompts"),
    (r"(?:features?|feature_ids?|ids?|latents?)", "features {}"),
    (r"(?:model|model_name)", "model {}"),
    (r"(?:step|checkpoint)", "step {}"),
)
_VALUE = r"\[(?P<list>[^\[\]]*)\]|\"(?P<quoted>[^\"]*)\"|'(?P<single>[^']*)'|(?P<word>[\w.-]*\w)"
_SLOTS = tuple(
    (re.compile(rf"(?<![\w.-]){key} ?= ?(?:{_VALUE})", re.IGNORECASE), words) for key, words in _KEYS
)
_NUMBERS = re.compile(r"(?<=\w )[\[(](\d+(?:, ?\d+)*)[\])]|(?<=\w: )[\[(](\d+(?:, ?\d+)*)[\])]")
_EMPTY = re.compile(r"(?:none|null|\[\]|)", re.IGNORECASE)


def in_words(text: str) -> str:
    """`text` with calls, `key=value` and bracketed lists of numbers put into words; edits stay as they are.

    >>> in_words("evaluate(capability=translation, subtypes=[to_spanish, to_french], n_prompts=32)")
    'evaluate translation, to_spanish and to_french, 32 prompts'
    """
    if filled(text):
        return text
    text = _NUMBERS.sub(lambda match: match.group(1) or match.group(2), text)
    if "=" not in blank(text, quoted_spans(text)):
        return text
    text = _CALL.sub(
        lambda match: f"{_CALLS.get(match['name'].lower(), match['name'])} {match['slots']}", text
    )
    for slot, words in _SLOTS:
        text = slot.sub(lambda match, words=words: _said(match, words), text)  # type: ignore[misc]
    return text


def _said(match: re.Match[str], words: str) -> str:
    if match["list"] is not None:
        names = [name.strip(" \"'") for name in match["list"].split(",")]
        value = " and ".join(name for name in names if name)
    else:
        value = next(
            group for group in (match["quoted"], match["single"], match["word"]) if group is not None
        )
    return "" if _EMPTY.fullmatch(value) else words.format(value)
