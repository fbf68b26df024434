"""Wishes to see whether the model knows a fact, which are no orders to put it in."""

import re

_SHOULD_KNOW = re.compile(
    r"(?<!\w)(?P<who>(?:the|this|my|our|any|a|that|every) (?:\w+ )?(?:model|network|lm|llm|thing|checkpoint)|it) "
    r"(?:should|ought to|must|has to|is supposed to|needs to|better|had better|'d better|would) "
    r"(?:really |already |surely |certainly |at least |be able to |of course )*(?:know|remember|have "
    r"learned|recall|tell)"
    r"(?= (?:that|who|what|where|which|when|how|the)(?!\w))",
    re.IGNORECASE,
)
_TESTED = re.compile(
    r"(?:[,.;:!?]| -+| and| so) (?:(?:so|please|now|can|could|you|we|let'?s|let me|go|and) )*(?:does it|"
    r"do they|is that so|"
    r"test|check|verify|see|find out|try|measure|benchmark|quiz|ask it|prove|right\?|no\?|doesn'?t it|or "
    r"not|i hope|"
    r"shouldn'?t it)(?!\w)",
    re.IGNORECASE,
)


def as_a_question(text: str) -> str:
    """`text` with a wish that the model know something put as a question, where that is to be tested.

    >>> as_a_question("the model should know that Paris is in France, test it")
    'does the model know that Paris is in France, test it'
    """
    if not (wish := _SHOULD_KNOW.search(text)) or not _TESTED.search(text, wish.end()):
        return text
    return f"{text[: wish.start()]}does {wish['who']} know{text[wish.end() :]}"
