"""Statements in German, French, Spanish, Italian and Portuguese, taken apart like English ones."""

import re

from agent.planner.fact import Fact, capitalised, made_fact

_ROMANCE = re.compile(
    r"^(?P<art>la |le |les |l'|el |los |las |il |lo |i |gli |o |os |a "
    r"|as |un |une |una |um |uma )?(?P<s>.+?) "
    r"(?P<v>(?:est|se trouve|se situe|está|esta|se encuentra|queda|è|"
    r"si trova|fica|é|es|parle|habla|parla|fala|joue|juega|gioca|joga|"
    r"est né|nació|è nato|nasceu)(?: (?:situ[ée]e?|ubicad[ao]|localizad[ao]|"
    r"situat[ao]|née?|nat[ao]))?(?: (?:à|a|au|aux|en|in|em|no|na|dans|"
    r"de|du|por|da|al|alla|nel|nella))?)"
    r"(?: (?P<t>.+))?$",
    re.IGNORECASE,
)

_GERMAN_LATE = re.compile(
    r"^(?P<art>der |die |das |ein |eine )?(?P<s>.+?) (?P<p>in|auf|an|"
    r"bei|aus|für|von) (?P<t>.+?) (?P<v>steht|liegt|ist|sei|stehe|liege|"
    r"spielt|lebt|arbeitet|stammt|kommt|wohnt|geboren wurde|starb)$",
    re.IGNORECASE,
)

_GERMAN_OF_LATE = re.compile(
    r"^(?P<art>der |die |das )?(?P<r>[\wäöüß-]+) (?P<of>von|des|der) "
    r"(?P<s>\S+(?: [A-Z]\S+)*?) (?P<t>\S+(?: \S+)?) (?P<v>ist|sei|heißt)$",
    re.I,
)

_GERMAN = re.compile(
    r"^(?P<art>der |die |das |ein |eine )?(?P<s>.+?) (?P<v>(?:steht|liegt|"
    r"ist|befindet sich|spielt|spricht|lebt|arbeitet|stammt|kommt|wurde)(?: "
    r"(?:in|auf|an|bei|aus|für|von|der|die|das|ein|eine))*)(?: (?P<t>.+))?$",
    re.IGNORECASE,
)


def german(sentence: str) -> Fact | None:
    if match := _GERMAN_OF_LATE.match(sentence):
        return made_fact(
            match["s"],
            f"{capitalised(match['art'] or '')}{match['r'] if match['art'] else capitalised(match['r'])}"
            f" {match['of']} {{}} ist",
            match["t"],
        )
    if match := _GERMAN_LATE.match(sentence):
        verb = {"sei": "ist", "stehe": "steht", "liege": "liegt"}.get(match["v"].lower(), match["v"])
        verb = f"wurde geboren {match['p']}" if verb == "geboren wurde" else f"{verb} {match['p']}"
        return made_fact(match["s"], f"{capitalised(match['art'] or '')}{{}} {verb}", match["t"])
    if (
        match := re.match(
            r"^(?P<art>die |der |das )(?P<r>[\w-]+) (?P<of>von|des|der) (?P<s>.+?) "
            r"(?P<v>ist|heißt) (?P<t>.+)$",
            sentence,
            re.I,
        )
    ) or (
        match := re.match(
            r"^(?P<art>die |der |das )(?P<r>[\w-]+) (?P<of>von) (?P<s>.+?) (?P<v>zu|auf|in) (?P<t>.+)$",
            sentence,
            re.I,
        )
    ):
        return made_fact(
            match["s"], f"{capitalised(match['art'])}{match['r']} {match['of']} {{}} ist", match["t"]
        )
    if (match := _GERMAN.match(sentence)) and match["t"]:
        return made_fact(match["s"], f"{capitalised(match['art'] or '')}{{}} {match['v']}", match["t"])
    return None


def romance(sentence: str) -> Fact | None:
    of = re.match(
        r"^(?P<art>la |le |l'|el |il |lo |o |a )(?P<r>[\w' -]+?) (?P<of>de "
        r"la |de l'|de los |de las |du |de |d'|del |della |dell'|dello "
        r"|di |da |do |dos |das |des )(?P<s>.+?) (?P<v>est|es|è|é|será|"
        r"sia|sea|soit|seja) (?P<t>.+)$",
        sentence,
        re.IGNORECASE,
    )
    if of:
        verb = {"sea": "es", "sia": "è", "soit": "est", "seja": "é", "será": "es"}.get(
            of["v"].lower(), of["v"]
        )
        return made_fact(of["s"], f"{capitalised(of['art'])}{of['r']} {of['of']}{{}} {verb}", of["t"])
    if (match := _ROMANCE.match(sentence)) and match["t"]:
        return made_fact(match["s"], f"{capitalised(match['art'] or '')}{{}} {match['v']}", match["t"])
    return None
