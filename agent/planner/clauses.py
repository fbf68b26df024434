"""Several steps in one request, told apart."""

import re

from agent.planner.denied import NOT, wanted, without_denial
from agent.planner.edit_forms import filled
from agent.planner.names import url_spans
from agent.planner.quotes import blank, quoted_spans

_VERBS = (
    "run|score|benchmark|bench|test|check|measure|evaluate|eval|assess|"
    "compare|export|save|write|dump|show|list|load|open|switch|edit|"
    "make|change|undo|revert|roll|rollback|restore|sweep|relabel|re-label|"
    "rank|explain|"
    "tell|give|watch|monitor|drill|break|send|store|download|redo|rerun|"
    "re-run|repeat|put|use|do|try|convince|teach|replace|rewrite|patch|"
    "move|set|start|print|plot|render|share|turn|convert|look|find|quiz|"
    "see|let|keep|update|swap|go|insert|inject|describe|define|unedit|"
    "take|produce|generate|create|"
    "hand|bring|jump|read|inspect|probe|have|describe|output|also|filter|"
    "exclude|label|propose|suggest|follow|ask|"
    "teste|bewerte|vergleiche|lade|exportiere|zeige|zeig|speichere|führe|"
    "mache|prüfe|mach|évalue|lance|compare|charge|exporte|montre|annule|"
    "evalúa|ejecuta|compara|carga|exporta|muestra|deshaz|guarda|valuta|"
    "esegui|confronta|carica|esporta|mostra|annulla|salva|avalie|execute|"
    "carregue|mostre|desfaça|salve|rode"
)
_QUESTIONS = "how|what|which|why|is|are|does|did|was|were|any|who|where|can|could|would"
_THEN = (
    r"(?<!if-)(?:and |und |et |y |e |, ?)*(?:then|after (?:this|that)|afterwards|after which|"
    r"finally|next(?![- ]token| to | one)|subsequently|followed by|lastly|(?:when|once|if|as soon "
    r"as) (?:(?:that|it|this|you)(?:'?s|'?re| is| are)|everything is) (?:done|"
    r"finished|ready|through|over)|dann|danach|anschließend|puis|ensuite|"
    r"luego|después|poi|dopo|depois|em seguida)(?: you can| please)?"
)
_AND = r"(?:and(?: also)?|&|plus|as well as|und|et|y|e|also|but)"
_NO_ABBREVIATION = "".join(
    rf"(?<!{word}\.)" if word.startswith(":") else rf"(?<!\b{word}\.)"
    for word in (
        r"i\.e",
        r": yes",
        r": no",
        r"e\.g",
        "etc",
        "vs",
        "approx",
        "ca",
        "incl",
        "[A-Z]",
        "St",
        "Mr",
        "Dr",
    )
)
_CUT = re.compile(
    rf"(?P<strong>[;]|[,.]? ?(?<!\w){_THEN}(?![\w-])[,:]?|(?<=[.!?]){_NO_ABBREVIATION}(?= (?!\d))|"
    rf"\?)(?= *\S)|"
    rf"(?P<weak>(?:,|,? (?<!\w){_AND})(?= (?:please |also |then |now |finally |me |just |only |instead |"
    rf"rather )*(?:{_VERBS})(?!\w|'s|-a)))|"
    rf"(?P<not>(?:,? (?:but|and)|,| [—-])(?= (?:please )?{NOT} ?\w)|(?= without \w+ing(?: \w|[.!]?$)))|"
    rf"(?P<also>,?(?: {_AND})?(?= (?:an? |the )?(?:html|csv|json|markdown|md|png)(?: (?:export|report|file|"
    rf"version|afterwards|after|"
    rf"that|then|too|at the end|of it|of that|please))+[.!]?$))|"
    rf"(?P<asked>,? (?<!\w){_AND}(?= (?:also )?(?:{_QUESTIONS}) (?!not )\w+))|"
    rf"(?P<of_it>,(?= (?:{_QUESTIONS}) \w+))",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"^(?:please |ok(?:ay)?,? |so,? |well,? )?(?:first(?:ly)?(?: of all)?|"
    r"to start(?: with)?|zuerst|d'abord|primero|prima|primeiro|step (?:1|"
    r"one)\b:?),? ",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:after|once|when) (?:you(?:'ve| have)? )?(?P<first>.+?),\s*(?P<second>(?:please "
    rf"|then )*(?:{_VERBS})\b.+)$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^(?P<second>(?:{_VERBS})\b.+?),? (?:after|once you(?:'ve| have)?) "
    r"(?P<first>(?:loading|running|editing|scoring|exporting|comparing|testing|benchmarking|measuring|"
    r"switching|undoing|rolling|measured|tested|benchmarked|scored|evaluated|you) .+)$",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"^(?P<second>.+?)[,;.]? (?:but )?(?:before that|before (?:doing|"
    rf"you do) (?:that|so|it)|first),? (?P<first>(?:{_VERBS})\b.+)$",
    re.IGNORECASE,
)
_GERUND = {
    "loading": "load",
    "running": "run",
    "editing": "edit",
    "scoring": "score",
    "exporting": "export",
    "comparing": "compare",
    "switching": "switch",
    "undoing": "undo",
    "rolling": "roll",
    "making": "make",
    "testing": "test",
    "benchmarking": "benchmark",
    "changing": "change",
    "measuring": "measure",
    "measured": "measure",
    "tested": "test",
    "benchmarked": "benchmark",
    "scored": "score",
    "evaluated": "evaluate",
    "loaded": "load",
    "edited": "edit",
    "run": "run",
}
_BARE_AGAIN = re.compile(
    r"(?:once more|(?:do |run |try )?(?:it |that )?again|same(?: again|"
    r" thing)?|redo(?: it| that)?|re-?run(?: it| that)?|repeat(?: it|"
    r" that)?)$",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"(?:drop|skip|leave out|omit|exclude|forget(?: about)?|ignore|remove)(?: \w+){1,4}$|"
    r"(?:leave|keep|take|cut) (?:\w+ ){1,4}(?:out|away)$",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?<!\w)(?:make the model (?:think|believe|say)(?: that)?|so that "
    r"it|so that the model|and|with|to|that|the|of)$",
    re.IGNORECASE,
)
_BARE_VERB = re.compile(r"(?:test|run|measure|evaluate|check|load|compare|benchmark|\w+e)$", re.IGNORECASE)
_LOADS = re.compile(r"(?:please |now )*(?:load|open|use|take|get|read|import|switch to)(?!\w)", re.IGNORECASE)
_OF_OTHERS = re.compile(r"edit|feature|latent|change", re.IGNORECASE)
_CONNECTIVES = re.compile(
    r"^(?:(?:and|but|then|und|et|then please|i mean,?|like,?|so) )+(?=\w)", re.IGNORECASE
)
ORDERED = re.compile(rf"(?:please |now |just )*(?:{_VERBS}|{_QUESTIONS})(?!\w)", re.IGNORECASE)
"""How a clause begins that asks for something."""


def clauses(text: str) -> list[str]:
    """The steps of `text` in the order in which they are to be done; quoted text is never cut."""
    if filled(text):
        return [text]
    text = without_denial(text)
    for expression in (_BEFORE_THAT, _AFTER, _BEFORE):
        if (match := expression.match(blank(text, quoted_spans(text), "~"))) and not re.search(
            r"(?:as|which|that|who|every|new)$", text[: match.end("second")], re.I
        ):
            first = text[slice(*match.span("first"))]
            second = text[slice(*match.span("second"))]
            word = first.split()[0].lower()
            if (
                expression is _AFTER
                and word not in _GERUND
                and not re.search(r"(?<!\w)you(?!\w)", text, re.I)
            ):
                continue  # `when the next checkpoint is there, test it`
            return [*_cut(" ".join([_GERUND.get(word, word), *first.split()[1:]])), *_cut(second)]
    return _cut(_FIRST.sub("", text))


def _asked_before(before: str, after: str) -> bool:
    """Whether `before` already holds, after its first word, the question word that `after` begins with."""
    word = re.match(r" *(?:also )?(who|what|which|where|how|is|are)(?!\w)", after, re.IGNORECASE)
    return bool(word and re.search(rf"(?<=\w ){word[1]}(?!\w)", before, re.IGNORECASE))


_AUXILIARY = re.compile(
    r"(?:and |so |but )?(?:how |what )?(?:did|does|would|could|will)(?! (?:you|we))(?!\w)", re.IGNORECASE
)
_ASKS_WHICH = re.compile(
    r"(?:and |so |but |show me |tell me |list )?(?:which|what|who|those|the ones|anything)(?!\w)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r" *(?:have(?! (?:me|it|that|this|them|you)(?!\w))|(?:do|look|keep|score|read)(?! (?:me|it|that|this|"
    r"them|you|a|the)(?!\w)))"
    r"(?= )",
    re.IGNORECASE,
)
_DO = re.compile(r" *(?:do|have|score)(?!\w)", re.IGNORECASE)


def _cut(text: str) -> list[str]:
    visible = blank(text, [*quoted_spans(text), *url_spans(text)], "~")
    pieces: list[str] = []
    last = 0
    for match in _CUT.finditer(visible):
        before = text[last : match.start()].strip()
        if _DANGLING.search(before) or match.start() == 0:
            continue
        if not match["strong"] and visible.count("(", 0, match.start()) > visible.count(
            ")", 0, match.start()
        ):
            continue  # `navigation puzzles (walk north, turn right)`
        if match["weak"] and _DO.match(visible, match.end()) and _AUXILIARY.match(before):
            continue  # `how did the small one, step 100, do on it`: one question
        if match["weak"] and _ASKS_WHICH.match(before) and _GOES_ON.match(visible, match.end()):
            continue  # `which ones matter but have a bad name`: one question
        if match["of_it"] and not _LOADS.match(before):
            continue  # only what is loaded is asked about after a comma: `open a.csv, is it balanced?`
        if match["asked"] and _asked_before(before, text[match.end() :]):
            continue  # `who lies and who does not`: one question
        if match.group()[:1] == " " and match["strong"] and _BARE_VERB.fullmatch(before):
            continue  # `teste dann das Kopfrechnen`: one clause
        end = match.end() if match.group() != "?" else match.start() + 1
        pieces.append(text[last : match.start() + (match.group() == "?")])
        last = end
    pieces.append(text[last:])
    kept: list[str] = []
    for piece in (_CONNECTIVES.sub("", p.strip(" ,;.&")) for p in pieces):
        if not re.search(r"\w", piece):
            continue
        left_out = kept and _LEFT_OUT.match(kept[-1]) and not _OF_OTHERS.search(kept[-1])
        if kept and (left_out or _BARE_AGAIN.fullmatch(kept[-1])):
            kept[-1] = f"{kept[-1]}, {piece}"
        else:
            kept.append(piece)
    return wanted(kept) or [text]
