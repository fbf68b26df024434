"""A sentence that states a fact, taken apart into subject, cloze prompt and target."""

import re

from agent.planner.fact import Fact, bare, capitalised, made_fact, without_noise
from agent.planner.foreign_statements import _ROMANCE, german, romance

UNIQUE = (
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

MADE_BY = {
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
    r"of (?P<s>.+?) (?P<v>is|was|are|were|should be|will be|has been)(?: now| actually)?(?P<in> in)?(?:"
    r" called| named| spoken)?(?: (?P<t>.+))?$",
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
    rf"be)(?: now| actually)? (?:the |a |an )?(?P<r>{UNIQUE}) (?:of|for|"
    r"in) (?P<s>.+)$",
    re.IGNORECASE,
)

_T_S_R = re.compile(
    rf"^(?P<t>.+?) (?P<v>is|was|be)(?: now| actually)? (?P<s>[^ ].*?)(?:'s|s') (?P<r>{UNIQUE})$",
    re.IGNORECASE,
)

_T_MADE_S = re.compile(rf"^(?P<t>.+?) (?P<v>{'|'.join(MADE_BY)}) (?P<s>.+)$", re.IGNORECASE)

_T_CURRENCY = re.compile(
    r"^(?P<s>.+?) (?:uses?|has|have|pays? (?:in|with)) (?P<t>.+?) as "
    r"(?:its|their|the|a) (?:official )?(?P<r>currency|capital|official "
    r"language|language|national animal|president|king|queen|religion)$",
    re.I,
)

_PLACED = re.compile(
    r"(?:located|situated|in|on|at|found|built|made|written|painted|born|"
    r"based|a|an|composed|directed|designed|developed|created|owned|set|"
    r"part|by)(?!\w)",
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
    if language in _LANGUAGE:
        return romance(sentence) or _english(sentence)
    return _english(sentence)


def _english(sentence: str) -> Fact | None:
    if equation := re.match(r"^(?P<s>[^=]*\d[^=]*?) ?(?:=|equals|makes) ?(?P<t>[^=]+)$", sentence):
        return made_fact(equation["s"], "{} =", equation["t"])
    if match := _T_CURRENCY.match(sentence):
        return related(match["r"], match["s"], match["t"])
    if match := _T_R_S.match(sentence):
        return related(match["r"], match["s"], match["t"], match["v"])
    if match := _T_S_R.match(sentence):
        return related(match["r"], match["s"], match["t"])
    if (
        (match := _R_OF_S.match(sentence))
        and match["t"]
        and not (_PLACED.match(match["t"]) and not re.fullmatch(UNIQUE, match["r"], re.I))
        and not named_thing(match["r"])
        and not (match["in"] and not re.fullmatch(UNIQUE, match["r"], re.I))
        and not re.search(rf"(?<!\w)(?:{_VERB})(?!\w)", match["r"], re.I)
    ):
        return related(match["r"], match["s"], match["t"], match["v"])
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
        subject, article = bare(match["s"])
        return made_fact(
            subject, f"{capitalised(article)}{{}} was {MADE_BY[match['v'].lower()]} by", match["t"]
        )
    match = _SPLIT.match(sentence)
    if match and match["t"]:
        return _split_fact(match["s"], match["v"], match["t"])
    return None


def named_thing(words: str) -> bool:
    """Whether `words` before `of` begin a name (`Great Wall` of China), not a relation (`capital` of France)."""
    if re.fullmatch(UNIQUE, words, re.IGNORECASE):
        return False
    return bool(
        re.search(r"(?:^| )[A-Z][a-z]+ [A-Z]|(?<=[a-z] )[A-Z][a-z]", words) or _THE_NOUNS.search(words)
    )


def cloze(prompt: str, target: str) -> Fact | None:
    """The fact made of a sentence without its end (`The Eiffel Tower is located in`) and the target."""
    whole = without_noise(prompt)
    fact = _english(f"{whole} {without_noise(target)}")
    return fact if fact and fact.target.lower() == without_noise(target).lower() else None


def related(relation: str, subject: str, target: str, verb: str = "is") -> Fact | None:
    """`The RELATION of SUBJECT is` -> target; headquarters, birthplace and location take their own wording."""
    subject, subject_article = bare(subject)
    relation = relation.strip()
    relation = re.sub(r"^(?:the|a|an) ", "", relation, flags=re.I)
    verb = verb.lower() if verb.lower() in ("is", "was", "are", "were") else "is"
    plain = relation.lower()
    lead = f"{capitalised(subject_article)}{{}}"
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
    return made_fact(subject, prompt, target)


def located(subject: str, target: str) -> Fact | None:
    """`SUBJECT is located in` -> target."""
    subject, article = bare(subject)
    return made_fact(subject, f"{capitalised(article)}{{}} is located in", target)


def _split_fact(subject: str, verb: str, target: str) -> Fact | None:
    subject, article = bare(subject)
    if not article and _THE_NOUNS.search(subject) and not re.search(r"'s ", subject):
        article = "the "
    said = " ".join(verb.split())
    plain = said.lower()
    target_here = target
    if plain in ("is in", "was in", "are in") and not _SEASONS.match(target):
        said = {"is": "is located in", "was": "was located in", "are": "are located in"}[plain.split()[0]]
    if plain in ("is now in", "is actually in", "is really in", "is currently in"):
        said = "is located in"
    return made_fact(
        subject,
        f"{capitalised(article)}{{}} {re.sub(r'(?<!^)(?: now| actually| really| currently)(?= |$)', '', said)}",
        target_here,
    )
