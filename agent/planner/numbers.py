"""Numbers as people write them (fifty, 1k, 2 dozen, a million) as digits."""

import re

_UNITS = {
    name: value
    for value, name in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    name: 10 * value
    for value, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
} | {"fourty": 40}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY = "|".join(sorted((*_UNITS, *_TENS, *_SCALES), key=len, reverse=True))
_SPELT = re.compile(
    rf"(?<![\w-])(?:an? (?=(?:{'|'.join(_SCALES)})\b))?(?:{_ANY})\b(?:(?:[ -]| and )(?:{_ANY})\b)*(?![\w-])",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<![\w.@#/:=-])(?<!gsm )(\d{1,3}(?:[,' ]\d{3})+|\d+(?:\.\d+)?) "
    r"?(k|m|thousand|million|hundred|dozens?)?(?![\w%]|\.\d|[-/]\w)",
    re.IGNORECASE,
)
_FACTORS = {"k": 1000, "m": 1_000_000, "dozen": 12, "dozens": 12} | _SCALES
_DOZEN = re.compile(
    r"(?<!\w)(half(?: an?)?|(?:a )?couple(?: of)?|(?:an?|two|three|four|five|six|eight|ten)(?= dozen)) "
    r"(dozen|hundred|thousand)s?(?!\w)",
    re.IGNORECASE,
)
_TIMES = {"half": 0.5, "half a": 0.5, "half an": 0.5, "a": 1, "an": 1} | {
    name: value for name, value in _UNITS.items() if value
}
_TIMES |= dict.fromkeys(("couple", "couple of", "a couple", "a couple of"), 2)
_ONE = re.compile(
    r"(?<!\w)(?:(?:just|only|exactly) one|a single|one single) (?=(?:[\w-]+ ){1,3}?(?:prompt|question|example|case|"
    r"problem|item|task|puzzle|request|document|sentence)(?!\w))",
    re.I,
)
_COUNTED = re.compile(
    r"(?<!\w)(?:one|a single|just one|a) (?=(?:prompt|question|example|case|problem|item)"
    r"(?!\w| (?:for|with|here|of)(?!\w)))",
    re.I,
)


_TRIED = re.compile(
    r"(?<!\w)(?P<lead>(?:try|do|ask|run|test|check|probe|sample|prompt|give|in|with|use|over|about|make)"
    r"(?: (?:it|this|that|them|the model|for|say|about))* )(?P<n>\d+) "
    r"(?:different )?(?:times|attempts|tries|goes|trials)(?!\w)",
    re.IGNORECASE,
)
"""How often something is to be tried is a number of prompts (`try it 60 times`)."""


def with_digits(text: str) -> str:
    """`text` with numbers in words, scales and thousands separators written as plain digits.

    >>> with_digits("twenty-five prompts, 1k cases, half a dozen more and a million")
    '25 prompts, 1000 cases, 6 more and 1000000'
    """
    text = _DOZEN.sub(lambda m: str(round(_TIMES[m.group(1).lower()] * _FACTORS[m.group(2).lower()])), text)
    text = re.sub(r"(?<=first |other )dozen(?!\w)", "12", text, flags=re.IGNORECASE)
    text = _COUNTED.sub("1 ", _ONE.sub("1 ", text))
    text = _SPELT.sub(_spelt, text)
    return _TRIED.sub(r"\g<lead>\g<n> prompts", _DIGITS.sub(_digits, text))


def _spelt(match: re.Match[str]) -> str:
    words = [word for word in re.split(r"[ -]+", match.group().lower()) if word != "and"]
    if words == ["one"]:
        return match.group()  # "this one", "which one": not a number
    if words[0] in ("a", "an"):
        words = words[1:]
    total, current = 0, 0
    for word in words:
        if word in _SCALES:
            if _SCALES[word] == 100:
                current = max(current, 1) * 100
            else:
                total, current = total + max(current, 1) * _SCALES[word], 0
        else:
            current += {**_UNITS, **_TENS}[word]
    return str(total + current)


_FEATURES = r"(?:features|feats|latents|neurons|ids|indices|ones|merkmale|fts)"
_LISTS_BEFORE = re.compile(
    rf"(?<!\w)(?:{_FEATURES}|(?:triple|purity|mui|interp(?:retability)?(?: scores?)?) (?:on|of|for)|"
    rf"(?:feature|latent|neuron|feat) (?:numbers|nos\.?|ids))(?: (?:are|numbers?|"
    rf"no\.?|nos\.?|ids?|like))?"
    r"[ :#=(\[]*(?:\d+(?:, ?| and |,? ?& ?| ))*$",
    re.IGNORECASE,
)
_SWEEPS = re.compile(r"(?<!\w)sweep(?:ing)?(?: over| from| only| just)? (?:\d+ )*$", re.IGNORECASE)


def _is_list(match: re.Match[str]) -> bool:
    """Whether a number with separators is a list of features (`feats 100 101 102`), not one with its thousands."""
    number, before, after = match.group(1), match.string[: match.start()], match.string[match.end() :]
    if number.isdigit() or "'" in number or "." in number:
        return False
    if _LISTS_BEFORE.search(before):
        return True
    followed = re.match(rf" {_FEATURES}(?!\w)", after, re.IGNORECASE)
    many = number.count(" ") > 1
    return bool(" " in number and (_SWEEPS.search(before) or followed) and (many or not followed))


def _digits(match: re.Match[str]) -> str:
    number, factor = match.group(1), (match.group(2) or "").lower()
    if not factor and _is_list(match):
        return re.sub(r"[, ](?=\d)", ", ", match.group())
    value = float(re.sub(r"[,' ]", "", number)) * _FACTORS.get(factor, 1)
    if value != int(value):
        return match.group()
    return str(int(value))
