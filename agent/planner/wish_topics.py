"""What the prompts of a dimension are to be about: a topic outside the sub-types, or a column of a data set."""

import re

from agent.planner.capabilities import PROMPT_WORDS

_TOPIC = re.compile(
    r"(?<!\w)(?:about|regarding|concerning|involving|themed around|around|"
    r"focus(?:s?ed|ing)? on|related to|having to do with|dealing with|"
    r"centred on|centered on|on the (?:topic|subject) of|with (?:a )?(?:topic|"
    r"theme)(?: of)?:?|topic:?|on|in|of|from|for|set in)"
    r" (.+)$",
    re.IGNORECASE,
)

_STRONG_TOPIC = re.compile(
    r"about|regarding|concerning|involving|around|focus|related|dealing|centre|center|topic|theme|set in",
    re.I,
)

_TOPIC_STOP = re.compile(
    r"[,;.?!]| [-–—] |(?<!\w)(?:with|using|by|via|for (?:step|checkpoint)|on "
    r"(?:step|checkpoint|this|the (?:model|current|loaded|whole))|at "
    r"(?:step|checkpoint)|please|now|only|each|in total|scored|and|then|"
    rf"instead|again|\d+ prompts?|{PROMPT_WORDS})(?!\w)|(?<!\w)\d+ ",
    re.IGNORECASE,
)

_NO_TOPIC = re.compile(
    r"(?:(?:just|only|now|again|then|also|this|that|the|my|our|a|an|its|"
    r"their|it|them|these|those|which|what|all|any|each|both|me|us|current|"
    r"loaded|new|whole|same|latest|last|first|next|general|particular|"
    r"detail|best|main|here|now|general|short|course|total|sum|default|"
    r"full|standard|"
    r"model|checkpoint|ckpt|data ?set|data|card|suite|time|thing|one|"
    r"ones|step|run|network|lm|llm|net|context|sae|prompts?|questions?|"
    r"examples?|cases?|problems?|tasks?|tests?|items?|gpu|cpu|cuda|labels?|"
    r"column|texts?|classes|class|average|capabilit(?:y|ies)|skills?|"
    r"everything|things|stuff|easy|hard|medium|difficulty|mode|level|"
    r"english|thread|session|comparison|particular|guy|baby|bad boy|beast|"
    r"edited|base|fine-?tuned|unedited|trained|training|set|python|words|"
    r"language|reply|way|general|detail|row|order|terms?|terms of|you|"
    r"your|we|he|she|they|i|well|good|is|are|does|do|s|how|"
    r"math|maths|reasoning|code|functions?|requests?|instructions?|documents?|"
    r"sentences?|articles?|puzzles?|memory|former|latter|them|kind|sort|type|batch|couple|"
    r"bit|lot|few|some|more|other|others|those)(?: |$))+",
    re.IGNORECASE,
)

_DOMAINS = re.compile(
    r"(?<!\w)(?:medical|medicine|clinical|legal|law|history|historical|"
    r"biology|chemistry|physics|science|scientific|geography|finance|"
    r"financial|economics|sports?|football|music|movies?|films?|cooking|"
    r"literature|art|astronomy|politics|religion|philosophy|psychology|"
    r"engineering|business|news|ancient|roman|greek|european|american|"
    r"african|asian|french|german|chinese|japanese|indian|sql|javascript|"
    r"rust|java|geometry|calculus|probability|statistics|number theory|"
    r"trigonometry|train schedules?|shopping|banking|weather|travel|animals?|"
    r"food|space)(?: (?:themed|related))?(?= (?:\w+ )?$)",
    re.IGNORECASE,
)


def topic_after(stretch: str, only_said: bool = False) -> str | None:
    """The topic that `stretch` speaks of; `only_said` where a word like `about` has to say that it is one."""
    position = 0
    while match := _TOPIC.search(stretch, position):
        words = match.group(1)
        stop = _TOPIC_STOP.search(words)
        words = (words[: stop.start()] if stop else words).strip(" .?!:")
        strong = bool(_STRONG_TOPIC.match(match.group()))
        useful = re.sub(rf"^(?:{_NO_TOPIC.pattern})", "", words, flags=re.I).strip()
        fits = strong or not (only_said or _weak_topic(useful))
        if useful and not re.fullmatch(r"[\W\d]*", useful) and fits:
            return re.sub(r"^(?:the|some|a|an) ", "", words).strip(" '\"")
        position = match.start(1)
    return None


def _weak_topic(words: str) -> bool:
    """Whether what stands after `on`, `in`, `of` is too long or too common to be a topic."""
    return len(words.split()) > 4 or bool(
        re.search(
            r"(?<!\w)(?:model|checkpoint|it|me|you|step|prompts?|card|thing|"
            r"gpt|scale|time|first|mode|tests?|less|more|than|try|go|shot)(?!\w)",
            words,
            re.I,
        )
    )


def topic_before(before: str) -> str | None:
    match = _DOMAINS.search(before)
    return (
        match.group().strip()
        if match and before.endswith(" ") and match.end() >= len(before.rstrip())
        else None
    )


def topic_ahead(text: str) -> str | None:
    """A topic that stands before the capability: `10 questions about cooking for factual recall`."""
    match = re.search(
        r"(?<!\w)(?:about|regarding|concerning|involving) (.+?)(?: for| to test| to check| as| in| with)? *$",
        text,
        re.I,
    )
    if not match:
        return None
    words = match.group(1).strip()
    useful = re.sub(rf"^(?:{_NO_TOPIC.pattern})", "", words, flags=re.I).strip()
    return words if useful and len(words.split()) <= 5 else None


_GENERIC_COLUMNS = frozenset(
    [
        "label",
        "labels",
        "text",
        "texts",
        "prompt",
        "prompts",
        "data",
        "class",
        "classes",
        "target",
        "targets",
        "example",
    ]
)


def of_column(stretch: str, columns: list[str]) -> str | None:
    """The column that directly follows a capability (`diversity of prompt`)."""
    for column in sorted(columns, key=len, reverse=True):
        if re.match(rf" *(?:of|in|on|for)(?: the)? [\"']?{re.escape(column)}(?!\w)", stretch, re.IGNORECASE):
            return column
    return None


def column_in(text: str, columns: list[str]) -> str | None:
    """The column that `text` names: quoted, called a column or field, or by a name that says nothing else."""
    for column in sorted(columns, key=len, reverse=True):
        name = re.escape(column)
        called = (
            rf"[\"']{name}[\"']|(?<!\w){name} (?:column|field|col)(?!\w)|(?:column|"
            rf"field|col) (?:called |named )?[\"']?{name}(?!\w)"
        )
        if re.search(called, text, re.IGNORECASE):
            return column
        if column.lower() not in _GENERIC_COLUMNS and re.search(
            rf"(?<!\w){name}s?(?!\w)", text, re.IGNORECASE
        ):
            return column
    quoted = re.search(
        r"(?:column|field) (?:called |named )?[\"']?([\w.-]+)[\"']?|[\"']([\w.-]+)[\"'] (?:column|field)",
        text,
    )
    named = quoted and next(group for group in quoted.groups() if group)
    return (
        named
        if named and not columns and named.lower() not in ("is", "in", "of", "for", "balanced")
        else None
    )
