"""Statements that are wished, ordered or left without a verb, put as statements of what is."""

import re
from functools import cache

from agent.planner.catalogue import table
from agent.planner.noun_phrases import can_be_subject, is_named

_ADVERB = (
    r"(?: (?:now|actually|really|currently|henceforth|always|instead|in fact|from now on|officially|"
    r"suddenly))"
)
_WISHED = re.compile(
    r"(?<= )(?:should|must|shall|will|would|could|can|may|might|ought to|has to|have to|needs? to|is "
    r"to|are to|"
    rf"is supposed to|be said to|to|were to){_ADVERB}* (?P<v>[a-z]+)(?= |$)"
)
_HAVING = re.compile(r"^(?:been )?(?P<v>[a-z]+)(?= )")
_GERUND = re.compile(r"(?<= )(?P<v>[a-z]{2,}ing)(?= )")


@cache
def verbs(kind: str) -> frozenset[str]:
    """The words of the table of verbs under `kind`: finite, bare, participles, past."""
    return frozenset(table("edits")["verbs"][kind])


def third_person(verb: str) -> str:
    """`plays` for `play`, `is` for `be`; the past where only that is a fact (`died`)."""
    irregular = table("edits")["verbs"]["third_person"]
    return str(irregular.get(verb, verb + "s"))


def finite(words: str) -> str:
    """`words` with the first wished, bare or lacking verb put as a finite one; else as they are.

    >>> finite("iPhone be a product of Philips"), finite("Lake Baikal located in Brazil")
    ('iPhone is a product of Philips', 'Lake Baikal is located in Brazil')
    """
    for match in _WISHED.finditer(words):
        if can_be_subject(words[: match.start()]):
            return _stated(words[: match.start()].rstrip(), match["v"], words[match.end() :])
    for match in re.finditer(r"(?<= )(?P<v>[a-zé-]+)(?= )", words):
        subject, word, rest = words[: match.start()].rstrip(), match["v"], words[match.end() :]
        if word in ("is", "was", "are", "has", "had"):
            return words
        if word == "were" and can_be_subject(subject) and not subject.endswith("s"):
            return f"{subject} is{rest}"
        if not can_be_subject(subject):
            continue
        if (
            (word in verbs("bare") or third_person(word) in verbs("finite"))
            and (word in ("be", "become") or is_named(subject))
            and (word == "be" or not _plural(subject))
        ):
            return _stated(subject, word, rest)
        if (
            word in verbs("participles")
            and (is_named(subject) or not verbs("finite") & set(words.split()))
            and re.match(r" (?:in|by|at|on|of|from|as|for|to|with)\b", rest)
        ):
            return f"{subject} {_be(word)} {word}{rest}"
        if word.endswith("ing") and is_named(subject) and (verb := _of_gerund(word)):
            return f"{subject} {verb}{rest}"
        if word in verbs("finite"):
            return words
    return words


def _stated(subject: str, verb: str, rest: str) -> str:
    if verb == "have" and (match := re.match(r" (?:been )?(?P<p>[a-z]+)(?= )", rest)):
        been = rest.startswith(" been ")
        if been or match["p"] in verbs("participles") or match["p"] in verbs("finite"):
            return f"{subject} {_be(match['p']) + ' ' if been else ''}{match['p']}{rest[match.end() :]}"
    if verb == "be":
        following = re.match(r" (?:now |actually |really )?(?P<p>[a-z]+)", rest)
        return f"{subject} {_be(following['p']) if following else 'is'}{rest}"
    if verb in ("move", "relocate", "move to") and rest.startswith((" to ", " into ")):
        return f"{subject} is located in{rest[rest.index('o ') + 1 :]}"
    return f"{subject} {third_person(verb)}{rest}"


def _be(participle: str) -> str:
    return "was" if participle in verbs("past") else "is"


def _plural(subject: str) -> bool:
    """Whether a bare verb behind `subject` is its finite form (`cats bark`)."""
    last = subject.split()[-1]
    return last.endswith("s") and not last.endswith("ss")


def _of_gerund(word: str) -> str | None:
    stem = word[:-3]
    for verb in (stem, stem + "e", stem[:-1] + "ie", stem[:-1]):
        if verb in verbs("bare"):
            return third_person(verb)
    return None
