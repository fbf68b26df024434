"""Edits whose subject is named apart from what is wished of it: `About Toyota: it should be based in Oslo`."""

import re

_TOPIC = re.compile(
    r"^(?P<before>.{0,80}?)(?:(?<=^)|(?<=[.;:!?] ))(?:(?:the )?(?:subject|entity|topic)(?: is|:| =) ?|"
    r"(?:about|regarding|concerning|as (?:for|to)|on|take|consider|re|regards?|with|for)(?::| the case of)? )"
    r"(?P<subject>(?:the )?[^,.;:?!]{2,40}?)(?:[.;:,!]| [-–—])+ (?P<rest>.+)$|"
    r"^(?P<named>(?:the )?(?-i:[A-ZÀ-Þ])[^,.;:?!]{1,40}?)(?:[.;:!?]| [-–—])+ (?P<then>.+)$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:(?<=relocate )|(?<=transfer )|(?<=move )|(?<=shift )|(?<=put )|(?<=place ))(?P<object>it|him|her|"
    r"them)(?!\w)|"
    r"(?<![\w'])(?P<pronoun>it|he|she|they|its|his|her|their)(?='?s? (?:\w+ly |now )?(?!all|so|that|is "
    r"what|to)[a-z]+)",
    re.IGNORECASE,
)
_OF_THE_MODEL = re.compile(
    r"(?:make|have|let|get|teach|tell|want|convince|persuade|so that|see) $", re.IGNORECASE
)


def with_its_subject(text: str) -> str:
    """`text` with the subject that is named before it in the place of the pronoun; as it is where none is.

    >>> with_its_subject("Subject: Toyota. It should be headquartered in Oslo.")
    'Toyota should be headquartered in Oslo.'
    """
    if not (topic := _TOPIC.match(text)):
        return text
    subject, rest = topic["subject"] or topic["named"], topic["rest"] or topic["then"]
    if not re.search(r"[A-ZÀ-Þ]", subject):
        return text
    for pronoun in _PRONOUN.finditer(rest):
        if _OF_THE_MODEL.search(rest[: pronoun.start()]):
            continue
        owned = "'s" if pronoun.group().lower() in ("its", "his", "her", "their") else ""
        named = f"{rest[: pronoun.start()]}{subject.strip()}{owned}{rest[pronoun.end() :]}"
        return f"{topic['before'] or ''}{named}"
    return text
