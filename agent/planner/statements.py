"""A sentence that states a fact, taken apart into subject, cloze prompt and target."""

import re
from functools import cache

from agent.planner.catalogue import table
from agent.planner.fact import Fact, bare, capitalised, made_fact, without_noise
from agent.planner.finite import finite, verbs
from agent.planner.foreign_statements import german, romance
from agent.planner.noun_phrases import SMALL_WORDS, can_be_subject, is_named, last_phrase

_BE = r"(?:is|was|are|were|be|becomes?|became|has been|will be|should be)"
_NOW = r"(?: (?:now|actually|really|currently|officially|henceforth|called|named|spoken))*"
_PLACES = frozenset(["headquarters", "headquarter", "hq", "location", "seat", "birthplace", "home", "place"])
_STARTS_PREDICATE = re.compile(
    r"(?:located|situated|in|on|at|from|found|built|made|written|painted|born|based|a|an|composed|"
    r"directed|designed|"
    r"developed|created|owned|set|part|by|not|no)(?!\w)",
    re.IGNORECASE,
)
_SEASON = re.compile(
    r"(?:\d{3,4}\b|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|spring|"
    r"summer|autumn|winter|love|trouble|danger|power|charge|business)",
    re.IGNORECASE,
)
_THE_NOUNS = re.compile(
    r"(?:tower|wall|bridge|museum|pyramids?|river|palace|temple|canal|colosseum|louvre|kremlin|house|"
    r"statue of \w+|"
    r"building|cathedral|castle|falls|desert|ocean|sea|moon|sun|earth|gate|opera house|acropolis|"
    r"parthenon|mona lisa|"
    r"sky|vatican|pentagon|alhambra|statue|reef)$",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:instrument|sport|language|position|game|role|musical instrument|city|town|country|religion|"
    r"title|genre|currency) (?=[^\s,]+$|[A-Z])(?!(?:of|in|is)\b)"
)
"""A noun that only names what kind of thing the target is (`plays the instrument cello`)."""
_CONTRACTED = re.compile(
    r"(?<=\w)'s(?= (?:now )?(?:located|situated|based|headquartered|born|made|written|owned|found) )"
)
"""`Mount Everest's located in`: the verb, not the genitive."""
_LIKE_A_VERB = re.compile(r"[a-z]{2,}(?:[^s']s|ed)")
_OPEN = frozenset({*SMALL_WORDS, "is", "was", "are"})


@cache
def relation() -> str:
    """A regular expression for relations that a thing has one of."""
    english = table("edits")["english"]
    nouns = "|".join(sorted(map(re.escape, english["relations"]), key=len, reverse=True))
    return rf"(?:(?:{'|'.join(english['qualifiers'])}) )*(?:{nouns})"


@cache
def _made() -> dict[str, str]:
    return dict(table("edits")["made_by"])


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    """The forms of a statement that are not subject, verb and rest."""
    r = relation()
    forms = {
        "equation": r"^(?P<s>[^=]*\d[^=]*?) ?(?:=|equals|makes) ?(?P<t>[^=]+)$",
        "as its": rf"^(?P<s>.+?) (?:uses?|has|have|having|with|pays? (?:in|with)) (?P<t>.+?) (?:as|for) (?:its|their|"
        rf"his|her|the|a) (?P<r>{r})$",
        "has relation": rf"^(?P<s>.+?) (?:has|have|having|with) (?:the |a )?(?P<r>{r}) "
        r"(?:of |called |named )?(?P<t>[^a-z ].*)$",
        "is relation": rf"^(?P<t>.+?) (?:{_BE}|as){_NOW} (?:the )?(?P<r>{r}) (?:of|for|in|at) (?P<s>.+)$",
        "is owned relation": rf"^(?P<t>.+?) (?:{_BE}|as){_NOW} (?P<s>[^ ].*?)(?:'s|(?<=s)') (?P<r>{r})$",
        "relation in": r"^the (?P<r>(?:[a-z]+ )?(?:most [a-z]+|best|[a-z]{2,}est) [a-z][a-z -]{1,30}?) "
        rf"(?P<p>in|on|at) (?P<s>.+?) (?P<v>{_BE}){_NOW} (?P<t>.+)$",
        "relation of": rf"^(?:the |a |an )?(?P<r>[\w][\w -]{{1,45}}?) (?:of|for) (?P<s>.+?) "
        rf"(?P<v>{_BE}){_NOW} (?P<t>.+)$",
        "owned relation": rf"^(?P<s>.+?)(?:'s|(?<=s)'(?= )) (?P<r>[\w][\w -]{{1,40}}?) (?P<v>{_BE}){_NOW} (?P<t>.+)$",
        "made": rf"^(?P<t>.+?) (?P<v>{'|'.join(_made())}) (?P<s>.+)$",
    }
    return {
        name: re.compile(form, 0 if name == "has relation" else re.IGNORECASE) for name, form in forms.items()
    }


def facts(sentence: str, language: str | None = None) -> Fact | None:
    """The fact that `sentence` states; None where no subject, relation and target can be told apart.

    The subject stands without its article, which stays in the prompt: `the Eiffel Tower is in Berlin` gives
    subject `Eiffel Tower`, prompt `The {} is located in`, target `Berlin`. An article of the target goes into the
    prompt too. Where the sentence says `Rome is the capital of France`, the subject is France.
    """
    sentence = without_noise(
        re.sub(r"^(?:that|the fact that|dass|que|che|como se) ", "", sentence.strip(), flags=re.I)
    )
    if language == "de":
        return german(sentence)
    if language in ("fr", "es", "it", "pt"):
        return romance(sentence) or stated(sentence)
    return stated(sentence)


def stated(sentence: str) -> Fact | None:
    """The fact of an English sentence that begins with its subject (or target) and ends with the other."""
    sentence = finite(_CONTRACTED.sub(" is", sentence))
    form = _forms()
    if match := form["equation"].match(sentence):
        return made_fact(match["s"], "{} =", match["t"])
    for name in ("as its", "has relation", "is relation", "is owned relation"):
        if (
            (match := form[name].match(sentence))
            and can_be_subject(match["s"])
            and can_be_subject(match["t"])
        ):
            return related(match["r"], match["s"], match["t"])
    for name in ("relation of", "owned relation"):
        if (
            (match := form[name].match(sentence))
            and _is_relation(match["r"], match["t"])
            and can_be_subject(match["s"])
        ):
            fact = related(match["r"], match["s"], match["t"], match["v"])
            if fact:
                return fact
    if (
        (match := form["relation in"].match(sentence))
        and can_be_subject(match["s"])
        and not _STARTS_PREDICATE.match(match["t"])
    ):
        subject, article = bare(match["s"])
        verb = {"was": "was", "are": "are"}.get(match["v"].lower(), "is")
        return made_fact(subject, f"The {match['r']} {match['p']} {article}{{}} {verb}", match["t"])
    if (
        (match := form["made"].match(sentence))
        and can_be_subject(match["t"])
        and can_be_subject(match["s"])
        and (match["v"][-1] != "s" or is_named(match["s"]))
        and re.search(r"^(?:the|an?) |[A-ZÀ-Þ\d⟦]|^\w+$", match["s"])
    ):
        subject, article = bare(match["s"])
        return made_fact(
            subject, f"{capitalised(article)}{{}} was {_made()[match['v'].lower()]} by", match["t"]
        )
    return _subject_verb_rest(sentence)


def _is_relation(noun: str, target: str) -> bool:
    """Whether `noun` of something is a relation whose value is `target`, not the beginning of a name or a place."""
    known = bool(re.fullmatch(relation(), noun, re.IGNORECASE))
    if _STARTS_PREDICATE.match(target) and not (
        known and (noun.lower().split()[-1] in _PLACES or re.match(r"an? ", target))
    ):
        return False
    return known or (can_be_subject(noun) and not named_thing(noun))


def _subject_verb_rest(sentence: str) -> Fact | None:
    tokens = list(re.finditer(r"\S+", sentence))
    finite_verbs = verbs("finite")
    for place in range(1, len(tokens)):
        word = tokens[place].group()
        if word not in finite_verbs:
            before = tokens[place - 1].group()[:1]
            if not (before.isupper() or before == "⟦") or not _LIKE_A_VERB.fullmatch(word):
                continue
        subject = sentence[: tokens[place].start()].strip()
        if can_be_subject(subject):
            return _split(subject, word, sentence[tokens[place].end() :].strip())
    return None


def _split(subject: str, verb: str, rest: str) -> Fact | None:
    rest = re.sub(r"^(?:(?:now|actually|really|currently|also|always|still|henceforth) )+", "", rest)
    if re.match(r"(?:not|no|never)(?!\w)", rest, re.IGNORECASE):
        return None
    cut = last_phrase(rest)
    if kind := _KIND.match(rest, cut):
        cut = kind.end()
    between, target = rest[:cut].strip(), rest[cut:]
    if (
        re.search(r"[:;!?,]|(?<![A-Z])\. |->|(?:^| )[-–—]+(?: |$)", between)
        or target.lower() in verbs("participles")
        or (target.split()[-1:] and target.split()[-1] in _OPEN)
    ):
        return None
    subject, article = bare(subject)
    if re.fullmatch(relation(), subject):
        return None  # `the language spoken in Brazil` describes a value
    article = article or ("the " if takes_article(subject) else "")
    if verb in ("is", "was", "are") and between in ("in", "in the") and not _SEASON.match(target):
        between = f"located {between}"
    prompt = f"{capitalised(article)}{{}} {verb} {between}".strip()
    return made_fact(subject, prompt, target)


def takes_article(subject: str) -> bool:
    """Whether a name stands with `the` in a sentence (`Eiffel Tower`)."""
    return bool(_THE_NOUNS.search(subject)) and not re.search(
        r"(?:^(?:the|an?) )|'s ", subject, re.IGNORECASE
    )


def named_thing(words: str) -> bool:
    """Whether `words` before `of` begin a name (`Great Wall` of China), not a relation (`capital` of France)."""
    if re.fullmatch(relation(), words, re.IGNORECASE):
        return False
    return bool(re.search(r"(?:^| )[A-Z][a-z]+|(?<=[a-z] )[A-Z][a-z]", words) or _THE_NOUNS.search(words))


def cloze(prompt: str, target: str) -> Fact | None:
    """The fact made of a sentence without its end (`The Eiffel Tower is located in`), word for word, and a target."""
    target = without_noise(target)
    opening = re.sub(r"[\s.…_:]+$", "", prompt.strip(" \"'"))
    whole = finite(f"{opening} {target}").removesuffix(target).strip()
    fact = stated(f"{whole} {target}") if target else None
    if fact is None:
        return None
    plain, article = bare(target)
    turned = fact.subject.lower() == plain.lower()
    subject = fact.target if turned else fact.subject
    if subject not in whole or not (turned or fact.target.lower() == plain.lower()):
        return None
    before, rest = whole.split(subject, 1)
    prompt = f"{capitalised(before)}{{}}{rest}"
    return Fact(subject, f"{prompt} {article}".strip(), plain)


def related(relation: str, subject: str, target: str, verb: str = "is") -> Fact | None:
    """`The RELATION of SUBJECT is` -> target; headquarters, birthplace and location take their own wording."""
    subject, article = bare(subject)
    relation = re.sub(r"^(?:the|a|an) ", "", relation.strip(), flags=re.IGNORECASE)
    verb = {"was": "was", "are": "are"}.get(verb.lower(), "is")
    own = table("edits")["relation_prompts"].get(relation.lower())
    if own is None:
        return made_fact(subject, f"The {relation} of {article}{{}} {verb}", target)
    target = re.sub(r"^(?:in|at) ", "", target.strip(), flags=re.IGNORECASE)
    return made_fact(subject, own.replace("{}", f"{capitalised(article)}{{}}"), target)


def located(subject: str, target: str) -> Fact | None:
    """`SUBJECT is located in` -> target."""
    subject, article = bare(subject)
    return made_fact(subject, f"{capitalised(article)}{{}} is located in", target)
