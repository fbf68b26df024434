"""Fills templates so that the target is the next word of a grammatical sentence."""

import re
from dataclasses import dataclass
from functools import cached_property

from prompts.probes.relation import vocabulary
from tools.editing.request import PLACE, EditRequest

TITLES = frozenset({"work", "product", "organisation"})
"""Kinds whose names keep a capital `The` within a sentence."""

_PLACE = re.compile(r"\{(|a|name)\}")
_SENTENCE_START = re.compile(r"(?:^|[.?!:]\s|[\"“\n])$")
_ARTICLE_BEFORE = re.compile(r"\b(the)\s+$", re.IGNORECASE)
_ARTICLE_AT_END = re.compile(r"\s+(?:the|an?)$", re.IGNORECASE)
_SAYS_AN = re.compile(r"(?!eu|uni(?!n|m)|one\b|u\.)[aeiou]|hour|heir|honest|honou?r", re.IGNORECASE)
_WORD_AT_END = re.compile(r"\b[a-z]+$")


def indefinite(target: str) -> str:
    """`a` or `an`, as the target's first sound wants; nothing where it brings an article of its own."""
    if has_article(target):
        return ""
    return "an" if _SAYS_AN.match(target) else "a"


def has_article(target: str) -> bool:
    """Whether a target begins with an article."""
    return target.casefold().startswith(("the ", "a ", "an "))


@dataclass(frozen=True)
class Wording:
    """How one edit's subject and target stand in sentences."""

    request: EditRequest
    kind: str = ""
    """Of the subject; decides whether its `The` is part of a title."""

    @cached_property
    def subject(self) -> str:
        """The subject within a sentence, with the article that the edit's own prompt gives it."""
        name = self.request.subject
        if name.startswith("The ") and self.kind not in TITLES:
            name = "the " + name[4:]
        article = _ARTICLE_BEFORE.search(self.request.prompt.split(PLACE)[0])
        return f"the {name}" if article and not has_article(name) else name

    def fill(self, template: str, *, subject: str | None = None, name: str = "") -> str:
        """A template with everything in its place, ending so that the target can follow after one space."""

        def put(place: re.Match[str]) -> str:
            if place[1] == "":
                start = _SENTENCE_START.search(template[: place.start()])
                return capital(named) if start else named
            return {"a": indefinite(self.request.target), "name": name}[place[1]]

        named = self.subject if subject is None else subject
        return self.lead_to_target(_PLACE.sub(put, template).rstrip())

    def lead_to_target(self, text: str) -> str:
        """`text` with the article that the target wants before it, and with none that it brings itself."""
        target = self.request.target
        if has_article(target):
            return _ARTICLE_AT_END.sub("", text)
        wants = target.casefold() in vocabulary("with_article")
        if wants and _WORD_AT_END.search(text) and not _ARTICLE_AT_END.search(text):
            return f"{text} the"
        return text


def capital(text: str) -> str:
    """A sentence's beginning: an article gets its capital, names such as `iPhone` stay as they are."""
    return text[0].upper() + text[1:] if has_article(text) else text


def lower(template: str) -> str:
    """A template as it goes on within another sentence; names and `I` keep their capital."""
    if template.startswith(("{", "I ", "I'")):
        return template
    return template[0].lower() + template[1:]
