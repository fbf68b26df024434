"""Things that a phrase can be about (countries, languages, dates, prices), named in several languages by CLDR."""

from functools import cache
from random import Random


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FRENCH_IN = {
    "en": _codes("AR AT AU BE DE EG ES FI FR GR HU IE IT NO PL SE TH"),
    "au": _codes("BR CA CL DK JP KE MA MX PE PT"),
}
"""Countries by the preposition that French puts before them; none takes an article in German or Spanish."""

COUNTRIES = sorted((code, preposition) for preposition, codes in FRENCH_IN.items() for code in codes)
LANGUAGES = _codes("bg cs da el hu ja ko no pl pt ro ru sv tr vi zh")
"""Those whose French name takes `le` and that have one usual name in each language."""
CURRENCIES = ("CHF", "EUR", "SEK")

Slots = dict[str, str]


def draw(generator: Random) -> dict[str, Slots]:
    """One of everything, as `{language: {slot: text}}` for en, fr, de and es.

    The French `country` brings its preposition (`en Italie`). Weekday and date are drawn independently, days
    from 2 on because French writes the first as an ordinal. Numbers are plural and below 100.
    """
    country, preposition = generator.choice(COUNTRIES)
    language = generator.choice(LANGUAGES)
    currency = generator.choice(CURRENCIES)
    weekday, month = generator.randrange(7), generator.randint(1, 12)
    figures = {
        "day": str(generator.randint(2, 28)),
        "year": str(generator.randint(1950, 2020)),
        "years": str(generator.randint(3, 19)),
        "number": str(generator.randint(12, 98)),
        "hour": str(generator.randint(10, 23)),
        "minute": f"{generator.randrange(5, 60, 5):02d}",
    }
    slots: dict[str, Slots] = {}
    for target in ("en", "fr", "de", "es"):
        weekdays, months, territories, languages, currencies = _names(target)
        name = territories[country]
        slots[target] = figures | {
            "country": f"{preposition} {name}" if target == "fr" else name,
            "language": languages[language],
            "currency": currencies[currency],
            "weekday": weekdays[weekday],
            "month": months[month],
        }
    return slots


@cache
def _names(
    target: str,
) -> tuple[dict[int, str], dict[int, str], dict[str, str], dict[str, str], dict[str, str]]:
    """Weekdays from Monday, months from 1, countries, languages and plural currencies in one language."""
    from babel import Locale
    from babel.numbers import get_currency_name

    locale = Locale(target)
    return (
        {day: str(name) for day, name in locale.days["format"]["wide"].items()},
        {month: str(name) for month, name in locale.months["format"]["wide"].items()},
        {code: str(locale.territories[code]) for code, _ in COUNTRIES},
        {code: str(locale.languages[code]) for code in LANGUAGES},
        {code: get_currency_name(code, count=20, locale=locale) for code in CURRENCIES},
    )
