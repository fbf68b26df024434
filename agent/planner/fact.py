"""A fact as a weight edit needs it, made only where subject and target are both named."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A fact as a weight edit needs it: `prompt` has `{}` for the subject and is continued by `target`."""

    subject: str
    prompt: str
    target: str


_NOISE = re.compile(
    r"(?:[,;]? (?:instead(?: of .+)?|rather than .+|(?:and )?not .+|from "
    r"now on|please|permanently|right now|now|in its weights|in the weights|"
    r"ok(?:ay)?|thanks?|thank you|for me|(?:with|using|via|by) (?:rome|"
    r"memit|a (?:rome|weight|rank[- ]one) edit)|at layer \d+|if you can|"
    r"if possible|again|forever|for good|stattdessen|anstatt .+|statt "
    r".+|au lieu de .+|en vez de .+|en lugar de .+|invece di .+|em vez "
    r"de .+|s'il te pla[îi]t|por favor|bitte|per favore|just for fun|"
    r"lol|haha|kthx|would you|will you|could you|can you|or something)|"
    r"\((?:and )?(?:not|instead|rather|was|was:|formerly) .+\)|[.!?…]+)$",
    re.IGNORECASE,
)


def without_noise(text: str) -> str:
    """`text` without what people add after a fact: `please`, `instead of Paris`, punctuation."""
    text = text.strip()
    while (shorter := _NOISE.sub("", text).strip(" ,;:")) != text:
        text = shorter
    return text.strip("\"' ")


_PRONOUN = re.compile(
    r"(?:it|he|she|they|this|that|these|those|him|her|them|someone|something|"
    r"somebody|this one|that one|the (?:fact|edit|model|card|subject|"
    r"thing|score|result|results)|what|which|who|there|you|i|we|everything|"
    r"nothing|anything|es|er|sie|il|elle|ello|esso|ele|ela|ça|cela|eso|"
    r"that fact|this fact|a fact|facts?|things?|stuff|the model|model|"
    r"your name|its name)",
    re.IGNORECASE,
)

_VAGUE = re.compile(
    r"(?:(?:is |be )?(?:somewhere|something|someone|somebody|anything|"
    r"anywhere|someplace)(?: else| different| new| other)?|else|another(?: "
    r"\w+){0,2}|(?:a |some )?(?:different|other|(?-i:new)|wrong|random|fake|"
    r"false|better|correct|right)(?: \w+)?|(?:the )?(?:opposite|wrong|"
    r"reverse)(?: \w+)?|it|that|this|there|here|them|him|her|what|whatever(?: "
    r"\w+)*|true|false|wrong|right|correct|incorrect|\?+|x|y|xxx|\.\.\.|"
    r"tbd|in|on|at|a|an|the|of|by)",
    re.IGNORECASE,
)


_CHANGED = re.compile(
    r"(?<!\w)(?:is|was|are|were) (?:swapped|replaced|exchanged|substituted|overwritten|edited)(?!\w)"
)
_HEDGED = re.compile(
    r"(?<!\w)(?:somewhere|something|someone|somebody|maybe|perhaps|whatever|anything|anywhere|else|or "
    r"so)(?!\w)",
    re.IGNORECASE,
)


def made_fact(subject: str, prompt: str, target: str) -> Fact | None:
    """The fact, unless its subject is only a pronoun, its target is vague, or either is missing."""
    subject, target = subject.strip(" \"',"), without_noise(re.sub(r"^ *[-=]+> *", "", target))
    if re.match(r"\d+ (?:prompts?|questions?|items?|examples?|cases?|problems?|tasks?)(?!\w)", target, re.I):
        return None  # `make an exam about the currency of the countries, 50 questions`
    if article := re.match(r"(?:the|a|an) (?=\S)", target, re.I):
        prompt, target = f"{prompt} {article.group().strip().lower()}", target[article.end() :]
    if _CHANGED.search(f"{prompt} {target}"):
        return None  # `Paris should be swapped for Lyon` tells what to do, not what is so
    if not subject or not target or _PRONOUN.fullmatch(subject) or _VAGUE.fullmatch(target):
        return None
    if re.search(r"\.(?:txt|csv|tsv|jsonl?|html?|md|png|pdf|py)$", target):
        return None
    if (
        re.search(r"[,;:]| [-–—]+ ", subject)
        or re.search(r" [–—]+ ", target)
        or _HEDGED.search(f"{prompt} {target}")
    ):
        return None
    if len(subject.split()) > 10 or len(target.split()) > 12 or "{" in subject or "}" in subject:
        return None
    return Fact(subject, " ".join(prompt.split()), target)


def bare(subject: str) -> tuple[str, str]:
    """The noun phrase without its leading article, and that article with a blank, lower-cased."""
    subject = subject.strip(" \"',")
    article = re.match(r"(?:the|a|an) (?=\S)", subject, re.IGNORECASE)
    return (subject[article.end() :], article.group().lower()) if article else (subject, "")


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
