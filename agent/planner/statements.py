"""A sentence that states a fact, taken apart into subject, cloze prompt and target."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A fact as a weight edit needs it: `prompt` has `{}` for the subject and is continued by `target`."""

    subject: str
    prompt: str
    target: str


_UNIQUE = (
    r"(?:(?:official|current|new|first|national|federal|main|sole|original|"
    r"real|rightful|acting|present|reigning|largest|biggest|highest|administrative|"
    r"richest|oldest|tallest|longest|native|mother) )*"
    r"(?:capital(?: city)?|ceo|cfo|cto|chief executive(?: officer)?|president|"
    r"vice president|prime minister|premier|king|queen|emperor|pope|chancellor|"
    r"currency|author|writer|founder|co-?founder|inventor|creator|developer|"
    r"director|owner|mayor|leader|ruler|composer|painter|architect|discoverer|"
    r"boss|head(?: coach)?|chairman|manager|coach|wife|husband|spouse|"
    r"father|mother|son|daughter|tongue|language|headquarters|hq|home(?: "
    r"?town| city)?|birth ?place|religion|sport|animal|bird|flower|anthem|"
    r"city|mountain|river|lake|continent|twin city|seat|producer|manufacturer|"
    r"maker|singer|star|lead singer|nickname|colou?r|symbol|home country|"
    r"nationality|profession|occupation|location|birth date|publisher|"
    r"editor|location)"
)
_MADE_BY = {
    "wrote": "written",
    "writes": "written",
    "authored": "written",
    "invented": "invented",
    "founded": "founded",
    "created": "created",
    "developed": "developed",
    "made": "made",
    "painted": "painted",
    "directed": "directed",
    "composed": "composed",
    "designed": "designed",
    "built": "built",
    "discovered": "discovered",
    "produced": "produced",
    "makes": "made",
    "produces": "produced",
    "owns": "owned",
    "published": "published",
    "develops": "developed",
    "manufactures": "manufactured",
    "sang": "sung",
    "recorded": "recorded",
}
_VERB = (
    r"(?:is|was|are|were|has been|will be|became|becomes|has|have|had|"
    r"plays?|played|speaks?|spoke|lives?|lived|works?|worked|dies|died|"
    r"comes?|came|belongs?|hails?|studied|studies|uses?|used|boils?|melts?|"
    r"freezes|orbits?|contains?|holds?|likes?|loves?|eats?|weighs?|costs?|"
    r"rules?|ruled|leads?|led|won|wins|starts?|started|stands?|stood|"
    r"lies|sits|flows?|borders?|means|begins?|began|ends?|ended|opened|"
    r"produces?|makes?|made|sells?|owns?|practi[cs]es?|follows?|supports?|"
    r"represents?|moved|married|equals?|consists|originates?|originated|"
    r"premiered|debuted|aired|airs|performs?|"
    r"sings?|writes?|teaches|taught|smells?|tastes?|turns?|grows?|lasts?|"
    r"happened|occurred|took place|takes place|runs?|resides?|graduated|"
    r"retired|fought|served|serves|directed|discovered|employs?|specialises|"
    r"specializes|passed away|grew up|can be found|can be seen|believes?|"
    r"celebrates?|rhymes|travels?|rises?|sets?|falls?|walks?|swims?|flies|"
    r"barks?|meows?|drinks?)"
)
_TAIL = (
    r"(?: (?:now|actually|really|also|always|currently|officially|originally|"
    r"only|not|never|located|situated|based|found|headquartered|made(?: "
    r"out)?|born|written|created|developed|founded|invented|discovered|"
    r"painted|directed|composed|designed|built|produced|manufactured|"
    r"owned|published|married|known|named|called|employed|used|spoken|"
    r"played|run|led|ruled|governed|buried|filmed|set|sung|recorded|released|"
    r"launched|established|sold|eaten|measured|killed|assassinated|educated|"
    r"part|up|away|bigger|smaller|larger|taller|older|younger|faster|"
    r"heavier|closer))*"
    r"(?: (?:(?:a|an|the) [\w -]{2,40}? (?:of|for|in|at|from|to)(?= )|"
    r"the (?:sport|position|language|instrument|city|country|state|continent|"
    r"religion|official language|title|role|year)(?: of)?(?= )))?"
    r"(?: (?:in|on|at|by|of|to|for|from|with|as|into|after|near|than|"
    r"around|under|through|across|over|between|against|behind|before|"
    r"below|above|inside|outside|like)(?= |$))*(?: (?:the city of|the "
    r"country of|the|a|an)(?= |$))?"
)
_SPLIT = re.compile(rf"^(?P<s>.+?) (?P<v>{_VERB}{_TAIL})(?: (?P<t>.+))?$", re.IGNORECASE)
_R_OF_S = re.compile(
    r"^(?P<art>the |a |an )?(?P<r>(?!it |he |she )[\w][\w -]{1,45}?) "
    r"of (?P<s>.+?) (?P<v>is|was|are|were|should be|will be|has been)(?: "
    r"now| actually| in| called| named| spoken)?(?: (?P<t>.+))?$",
    re.IGNORECASE,
)
_S_R = re.compile(
    r"^(?P<s>.+?)(?:'s|s'|'(?= )) (?P<r>[\w][\w -]{1,40}?) (?P<v>is|was|"
    r"are|were|should be|will be)(?: now| actually| called| named)?(?: "
    r"(?P<in>in|on|at))?(?: (?P<t>.+))?$",
    re.IGNORECASE,
)
_T_R_S = re.compile(
    r"^(?P<t>.+?) (?P<v>is|was|are|were|as|be|becomes?|became|should "
    rf"be)(?: now| actually)? (?:the |a |an )?(?P<r>{_UNIQUE}) (?:of|for|"
    r"in) (?P<s>.+)$",
    re.IGNORECASE,
)
_T_S_R = re.compile(
    rf"^(?P<t>.+?) (?P<v>is|was|be)(?: now| actually)? (?P<s>[^ ].*?)(?:'s|s') (?P<r>{_UNIQUE})$",
    re.IGNORECASE,
)
_T_MADE_S = re.compile(rf"^(?P<t>.+?) (?P<v>{'|'.join(_MADE_BY)}) (?P<s>.+)$", re.IGNORECASE)
_T_CURRENCY = re.compile(
    r"^(?P<s>.+?) (?:uses?|has|have|pays? (?:in|with)) (?P<t>.+?) as "
    r"(?:its|their|the|a) (?:official )?(?P<r>currency|capital|official "
    r"language|language|national animal|president|king|queen|religion)$",
    re.I,
)
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
_PLACED = re.compile(
    r"(?:located|situated|in|on|at|found|built|made|written|painted|born|"
    r"based|a|an|composed|directed|designed|developed|created|owned|set|"
    r"part|by)(?!\w)",
    re.IGNORECASE,
)
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
_THE_NOUNS = re.compile(
    r"(?:tower|wall|bridge|museum|pyramids?|river|palace|temple|canal|"
    r"colosseum|louvre|kremlin|house|statue of \w+|building|cathedral|"
    r"castle|falls|desert|ocean|sea|moon|sun|earth|gate|opera house|acropolis|"
    r"parthenon|mona lisa|sky|vatican|pentagon|alhambra)$",
    re.IGNORECASE,
)
_SEASONS = re.compile(
    r"(?:\d{3,4}\b|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|spring|summer|autumn|winter|"
    r"love|trouble|danger|power|charge|business)",
    re.I,
)
_LANGUAGE = {"fr": _ROMANCE, "es": _ROMANCE, "it": _ROMANCE, "pt": _ROMANCE}


def without_noise(text: str) -> str:
    """`text` without what people add after a fact: `please`, `instead of Paris`, punctuation."""
    text = text.strip()
    while (shorter := _NOISE.sub("", text).strip(" ,;:")) != text:
        text = shorter
    return text.strip("\"' ")


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
        return _german(sentence)
    if language in _LANGUAGE:
        return _romance(sentence) or _english(sentence)
    return _english(sentence)


def _english(sentence: str) -> Fact | None:
    if equation := re.match(r"^(?P<s>[^=]*\d[^=]*?) ?(?:=|equals|makes) ?(?P<t>[^=]+)$", sentence):
        return _fact(equation["s"], "{} =", equation["t"])
    if match := _T_CURRENCY.match(sentence):
        return related(match["r"], match["s"], match["t"])
    if match := _T_R_S.match(sentence):
        return related(match["r"], match["s"], match["t"], match["v"])
    if match := _T_S_R.match(sentence):
        return related(match["r"], match["s"], match["t"])
    if (
        (match := _R_OF_S.match(sentence))
        and match["t"]
        and not (_PLACED.match(match["t"]) and not re.fullmatch(_UNIQUE, match["r"], re.I))
        and not re.search(rf"(?<!\w)(?:{_VERB})(?!\w)", match["r"], re.I)
    ):
        return related(match["r"], match["s"], match["t"], match["v"], bool(match["art"]) or None)
    if (match := _S_R.match(sentence)) and match["t"]:
        fact = related(match["r"], match["s"], match["t"], match["v"])
        return (
            fact
            if fact is None or not match["in"]
            else Fact(fact.subject, f"{fact.prompt} {match['in']}", fact.target)
        )
    if (
        (match := _T_MADE_S.match(sentence))
        and not re.match(r"(?:by|of|in|at|for|from|out)(?!\w)", match["s"], re.I)
        and not re.search(r"(?<!\w)(?:is|was|are|were|has|been|be)$", match["t"], re.I)
    ):
        subject, article = _bare(match["s"])
        return _fact(subject, f"{_capital(article)}{{}} was {_MADE_BY[match['v'].lower()]} by", match["t"])
    match = _SPLIT.match(sentence)
    if match and match["t"]:
        return _split_fact(match["s"], match["v"], match["t"])
    return None


def cloze(prompt: str, target: str) -> Fact | None:
    """The fact made of a sentence without its end (`The Eiffel Tower is located in`) and the target."""
    whole = without_noise(prompt)
    fact = _english(f"{whole} {without_noise(target)}")
    return fact if fact and fact.target.lower() == without_noise(target).lower() else None


def related(
    relation: str, subject: str, target: str, verb: str = "is", article: bool | None = None
) -> Fact | None:
    """`The RELATION of SUBJECT is` -> target; headquarters, birthplace and location take their own wording."""
    subject, subject_article = _bare(subject)
    relation = relation.strip()
    relation = re.sub(r"^(?:the|a|an) ", "", relation, flags=re.I)
    verb = verb.lower() if verb.lower() in ("is", "was", "are", "were") else "is"
    plain = relation.lower()
    lead = f"{_capital(subject_article)}{{}}"
    own = {
        "location": f"{lead} is located in",
        "place": f"{lead} is located in",
        "birthplace": f"{lead} was born in",
        "birth place": f"{lead} was born in",
        "place of birth": f"{lead} was born in",
        "hq": f"{lead} is headquartered in",
        "headquarters": f"{lead} is headquartered in",
        "headquarter": f"{lead} is headquartered in",
        "spouse": f"{lead} is married to",
        "city": f"{lead} is located in the city of",
        "country": f"{lead} is located in the country of",
        "sport": f"{lead} plays the sport of",
        "instrument": f"{lead} plays the instrument",
        "position": f"{lead} plays in the position of",
        "employer": f"{lead} works for",
        "continent": f"{lead} is located in the continent of",
        "author": f"The author of {subject_article}{{}} {verb}",
        "place of death": f"{lead} died in",
    }
    prompt = own.get(plain) or f"The {relation} of {subject_article}{{}} {verb}"
    target = re.sub(r"^(?:in|at) ", "", target.strip(), flags=re.I) if plain in own else target
    return _fact(subject, prompt, target)


def located(subject: str, target: str) -> Fact | None:
    """`SUBJECT is located in` -> target."""
    subject, article = _bare(subject)
    return _fact(subject, f"{_capital(article)}{{}} is located in", target)


def _split_fact(subject: str, verb: str, target: str) -> Fact | None:
    subject, article = _bare(subject)
    if not article and _THE_NOUNS.search(subject) and not re.search(r"'s ", subject):
        article = "the "
    said = " ".join(verb.split())
    plain = said.lower()
    target_here = target
    if plain in ("is in", "was in", "are in") and not _SEASONS.match(target):
        said = {"is": "is located in", "was": "was located in", "are": "are located in"}[plain.split()[0]]
    if plain in ("is now in", "is actually in", "is really in", "is currently in"):
        said = "is located in"
    return _fact(
        subject,
        f"{_capital(article)}{{}} {re.sub(r'(?<!^)(?: now| actually| really| currently)(?= |$)', '', said)}",
        target_here,
    )


def _german(sentence: str) -> Fact | None:
    if match := _GERMAN_OF_LATE.match(sentence):
        return _fact(
            match["s"],
            f"{_capital(match['art'] or '')}{match['r'] if match['art'] else _capital(match['r'])}"
            f" {match['of']} {{}} ist",
            match["t"],
        )
    if match := _GERMAN_LATE.match(sentence):
        verb = {"sei": "ist", "stehe": "steht", "liege": "liegt"}.get(match["v"].lower(), match["v"])
        verb = f"wurde geboren {match['p']}" if verb == "geboren wurde" else f"{verb} {match['p']}"
        return _fact(match["s"], f"{_capital(match['art'] or '')}{{}} {verb}", match["t"])
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
        return _fact(match["s"], f"{_capital(match['art'])}{match['r']} {match['of']} {{}} ist", match["t"])
    if (match := _GERMAN.match(sentence)) and match["t"]:
        return _fact(match["s"], f"{_capital(match['art'] or '')}{{}} {match['v']}", match["t"])
    return None


def _romance(sentence: str) -> Fact | None:
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
        return _fact(of["s"], f"{_capital(of['art'])}{of['r']} {of['of']}{{}} {verb}", of["t"])
    if (match := _ROMANCE.match(sentence)) and match["t"]:
        return _fact(match["s"], f"{_capital(match['art'] or '')}{{}} {match['v']}", match["t"])
    return None


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
    r"\w+){0,2}|(?:a |some )?(?:different|other|new|wrong|random|fake|"
    r"false|better|correct|right)(?: \w+)?|(?:the )?(?:opposite|wrong|"
    r"reverse)(?: \w+)?|it|that|this|there|here|them|him|her|what|whatever(?: "
    r"\w+)*|true|false|wrong|right|correct|incorrect|\?+|x|y|xxx|\.\.\.|"
    r"tbd|in|on|at|a|an|the|of|by)",
    re.IGNORECASE,
)


def _fact(subject: str, prompt: str, target: str) -> Fact | None:
    """The fact, unless its subject is only a pronoun, its target is vague, or either is missing."""
    subject, target = subject.strip(" \"',"), without_noise(target)
    if article := re.match(r"(?:the|a|an) (?=\S)", target, re.I):
        prompt, target = f"{prompt} {article.group().strip().lower()}", target[article.end() :]
    if not subject or not target or _PRONOUN.fullmatch(subject) or _VAGUE.fullmatch(target):
        return None
    if len(subject.split()) > 10 or len(target.split()) > 12 or "{" in subject or "}" in subject:
        return None
    return Fact(subject, " ".join(prompt.split()), target)


def _bare(subject: str) -> tuple[str, str]:
    """The noun phrase without its leading article, and that article with a blank, lower-cased."""
    subject = subject.strip(" \"',")
    article = re.match(r"(?:the|a|an) (?=\S)", subject, re.IGNORECASE)
    return (subject[article.end() :], article.group().lower()) if article else (subject, "")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
