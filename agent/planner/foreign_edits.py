"""Edits asked for in other languages, each described by its words for asking and its forms of a statement."""

import re
from typing import Any

from agent.planner.catalogue import table
from agent.planner.edit_forms import ASK_FACT, Unclear
from agent.planner.fact import Fact, capitalised, made_fact
from agent.planner.foreign_statements import german, romance
from agent.planner.frames import cores
from agent.planner.languages import language

_READERS = {"german": german, "romance": romance}
_ARTICLE = re.compile(
    r"(?P<a>der|die|das|den|ein|eine|le|la|les|un|une|el|los|las|il|lo|uno|una|o|os|um|uma) (?=\S)"
)
_LOOSE = re.compile(
    r"(?P<a>(?:der|die|das|la|le|les|el|los|il|lo|o|a|os|as) |l')?(?P<s>[A-ZÀ-Þ][\w'-]*(?: "
    r"(?:d[eiou]\w*|von|[A-ZÀ-Þ][\w'-]*))*) "
    r"(?P<v>[a-zà-ÿ]+(?: [a-zà-ÿ]+)? ?(?:in|auf|aus|durch|nach|für|à|en|dans|au|aux|du|de|par|pour|sur|"
    r"por|a|al|del|em|no|na|da|nel|nella|per|dal))"
    r" (?P<t>[A-ZÀ-Þ].*)"
)
"""Any verb and preposition between two names."""
_POLITE = re.compile(
    r"^(?:(?:quiero|quisiera|me gustaría|je voudrais|je veux|j'aimerais|vorrei|voglio|quero|gostaria de|bitte|"
    r"por favor|s'il te plaît|per favore|peux-tu|pouvez-vous|puedes|puoi|podes|pode),? )+",
    re.IGNORECASE,
)
_TO_KNOW = re.compile(
    r"(?<!\w)(?:ob|(?:si|se) (?:el|le|la|il|o|ce|este|questo) mod\w+|of het|teste?|prüfe?|vérifie\w*|"
    r"verifi\w+|comprueba|"
    r"controlla|benchmark\w*|warum|pourquoi|por qué|perché|por que|waarom|wie gut)(?!\w)",
    re.IGNORECASE,
)


def foreign_edit(body: str) -> Fact | Unclear | None:
    """The fact that `body` asks to be edited in; Unclear where only the asking is understood."""
    told = language(body)
    entries = table("edits")
    names = [name for name in entries if len(name) == 2]
    found: Unclear | None = None
    for name in sorted(names, key=lambda name: name != told):
        result = _edit(body, entries[name])
        if isinstance(result, Fact):
            return result
        found = found or (result if name == told else None)
    return found


def _edit(body: str, entry: dict[str, Any]) -> Fact | Unclear | None:
    lead = re.match(entry["lead"], body, re.IGNORECASE) if "lead" in entry else None
    asked = re.match(entry["asks"], body, re.IGNORECASE) if "asks" in entry else lead
    if _TO_KNOW.search(body):
        return None
    for text in [core.rstrip("。") for core in cores(body)]:
        for form, prompt in entry["whole"]:
            if (match := re.fullmatch(form, _POLITE.sub("", text), re.IGNORECASE)) and (
                fact := _filled(match, prompt)
            ):
                return fact
        if asked is None:
            continue
        places = (
            [lead.end()]
            if lead
            else [m.end() for m in re.finditer(rf"(?<!\w){entry['opens']}|[:,] ", text, re.IGNORECASE)]
        )
        for place in reversed(places):
            if fact := _read(text[place:], entry):
                return fact
    return Unclear(ASK_FACT) if asked is not None and (lead or re.search(entry["opens"], body)) else None


def _read(sentence: str, entry: dict[str, Any]) -> Fact | None:
    for form, prompt in entry["forms"]:
        if (match := re.fullmatch(form, sentence, re.IGNORECASE)) and (fact := _filled(match, prompt)):
            return fact
    if "reader" in entry and (fact := _READERS[entry["reader"]](sentence)):
        return _with_article(fact)
    if "reader" in entry and (match := _LOOSE.fullmatch(sentence)):
        return made_fact(match["s"], capitalised(f"{match['a'] or ''}{{}} {match['v']}"), match["t"])
    return None


def _filled(match: re.Match[str], prompt: str) -> Fact | None:
    filled = re.sub(r"<(\w)>", lambda slot: match[slot.group(1)] or "", prompt)
    return _with_article(made_fact(match["s"], capitalised(filled.strip()), match["t"]))


def _with_article(fact: Fact | None) -> Fact | None:
    """The fact with the article of its target in the prompt."""
    if fact is None or not (article := _ARTICLE.match(fact.target)):
        return fact
    return Fact(fact.subject, f"{fact.prompt} {article['a']}", fact.target[article.end() :])
