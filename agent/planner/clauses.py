"""Several steps in one request, told apart."""

import re

from agent.planner.capabilities import mentions
from agent.planner.edit_forms import filled
from agent.planner.names import export_format
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
    r"(?:and |und |et |y |e |, ?)*(?:then|after that|afterwards|after which|"
    r"finally|next(?![- ]token)|subsequently|followed by|lastly|(?:when|once|if|as soon "
    r"as) (?:(?:that|it|this|you)(?:'?s|'?re| is| are)|everything is) (?:done|"
    r"finished|ready|through|over)|dann|danach|anschließend|puis|ensuite|"
    r"luego|después|poi|dopo|depois|em seguida)(?: you can| please)?"
)
_NOT = (
    r"(?:do not|don'?t|dont|never|no need (?:to|for)|there'?s no need (?:to|for)|you (?:needn'?t|don'?t "
    r"(?:have|need) to)|i (?:do not|don'?t|dont) (?:want|need)(?: you)?(?: to)?|not necessary to|"
    r"(?:i'?d|i would) (?:rather|prefer)(?: you)? (?:not|you didn'?t)(?: to)?|hold off (?:on|with)|"
    r"refrain from|avoid|no (?=benchmarks?|tests?|evals?|runs?|export|"
    r"edits?|plots?|charts?|report|rollback|comparison|sweep|gsm|mmlu|card))"
)
_FORBIDDEN = re.compile(
    rf"^(?:(?:please|but|and|just|oh|so|ok(?:ay)?|no|nah),? )*(?:(?:{_NOT}|without \w+ing|"
    rf"leave (?:\w+ ){{1,3}}(?:alone|as (?:it is|they are|is)))(?:(?<= )|(?!\w))|(?:skip|leave out|"
    r"drop|forget(?: about)?|omit|ignore|never mind) (?=(?:the |any |all |that |those )*(?:export|plots?|charts?|"
    r"report|images?|comparison|rollback|explanation|intro|details|instructions?|text|quote|command|order)))"
    r"|^(?:(?:export|run|load|edit|change|compare|undo|show)(?: (?:it|that|this|anything|the \w+))? "
    r"(?:not|nothing)|nothing "
    r"\w+)(?!\w)|^(?:(?:please|but|and),? )*(?:skip|never mind|forget) (?:it|that|this)[.!]?$",
    re.IGNORECASE,
)
_AND = r"(?:and(?: also)?|&|plus|as well as|und|et|y|e|also|but)"
_CUT = re.compile(
    rf"(?P<strong>[;]|[,.]? ?(?<!\w){_THEN}(?![\w-])[,:]?|(?<=[.!?])(?<![A-Z]\.)(?<!\b(?:St|Mr|Dr|Ms)\.)(?= (?!\d))|\?)(?= *\S)|"
    rf"(?P<weak>(?:,|,? (?<!\w){_AND})(?= (?:please |also |then |now |finally |me |just |only |instead |"
    rf"rather )*(?:{_VERBS})(?!\w|'s)))|"
    rf"(?P<not>(?:,? (?:but|and)|,| [—-])(?= (?:please )?{_NOT} ?\w)|(?= without \w+ing(?: \w|[.!]?$)))|"
    rf"(?P<asked>,? (?<!\w){_AND}(?= (?:also )?(?:{_QUESTIONS}) \w+))",
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
    r"(?P<first>(?:loading|running|editing|scoring|exporting|comparing|"
    r"switching|undoing|rolling|you) .+)$",
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
    "loaded": "load",
    "edited": "edit",
    "run": "run",
}
_MODIFIER = re.compile(
    r"^(?:(?:please |also |and |but )*(?:use|do|take|score (?:it|them|"
    r"that)|give (?:it|me)|make (?:it|them|that)|keep it to|set (?:it|"
    r"n)|try|put|go (?:for|with)|have|let'?s do|with)) (?:(?:only |about "
    r"|around |like |it |at |just |it with |the |by |with |using |via "
    r")*(?:\d+|rouge|pass@1|partial|log-?prob|next|binary|divergence|"
    r"kl|easy|hard|medium|harder|easier|difficult|tough|short)\b).*$",
    re.IGNORECASE,
)
_ONLY_COUNT = re.compile(
    r"^(?:make|run|ask|give me|do|take|use|try|write)(?: it)?(?: about|"
    r" around| only| like| just)? \d+(?: (?:of (?:them|those|it|these)|"
    r"in total|total|each|please))*[.!]?$|^(?:\d+|[a-z]+(?:-[a-z]+)?) "
    r"(?:each|per (?:capability|one|topic))[.!]?$|^(?:(?:with|using|say|"
    r"maybe|about|like|around) )?[\w-]+(?: [\w-]+)? (?:prompts?|questions?|"
    r"examples?|cases?|samples?|sentences?|items?|problems?|puzzles?|tasks?|aufgaben|fragen|beispiele|exemples|preguntas|"
    r"ejemplos|domande|esempi|perguntas|exemplos)(?: (?:each|please|pls|"
    r"is enough|will do|should do|jeweils|chacun))?$",
    re.IGNORECASE,
)
_BEST_OF = re.compile(
    r"^(?:(?:just |only |then |and )*(?:show|list|keep|give|return|print|"
    r"display|tell)(?: me| us| only| just)* )(?:the |only the )?(?:(?:top|"
    r"best|highest|first|\d+ best)(?: \d+)?|\d+)(?: (?:ones|features|"
    r"of them|scores|by \w+))*$",
    re.IGNORECASE,
)
_BARE_AGAIN = re.compile(
    r"(?:once more|(?:do |run |try )?(?:it |that )?again|same(?: again|"
    r" thing)?|redo(?: it| that)?|re-?run(?: it| that)?|repeat(?: it|"
    r" that)?)$",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"(?:drop|skip|leave out|omit|exclude|forget(?: about)?|ignore|remove)(?: \w+){1,4}$", re.IGNORECASE
)
_TOLD = re.compile(
    r"^(?:i|we)(?:'ve| have| had|'m| am| was)? (?:just |already |now "
    r"|recently )?(?:loaded|trained|finished|switched|ran|edited|looked|"
    r"been|looking|inspecting|playing|fine-?tuned|saved|got|opened|noticed|"
    r"saw|wondering)(?!\w)",
    re.IGNORECASE,
)
_WONDERED = re.compile(
    rf"^{_TOLD.pattern[1:]}.*?,? (?:and|so|but)(?: now)? (?=(?:i|we)(?:'d| would|'m)? (?:now )?(?:wonder\w*|want|"
    r"like|need|am|are|have to) )",
    re.IGNORECASE,
)
"""`we looked at the tokens and I wonder whether ...`: what is told before what is asked."""
_RETARGETED = re.compile(
    r"(?:make|set|change|turn|switch) it (?:to |into |be )?(?!harder|easier|\d)[^ ]+(?: [^ ]+){0,3}$|"
    r"it should (?:now )?(?:be|say) ",
    re.IGNORECASE,
)
_ABOUT_A_FACT = re.compile(r"(?<!\w)(?:edit|fact|change|rewrite|belie\w+|mind|update)(?!\w)", re.IGNORECASE)
_DANGLING = re.compile(
    r"(?<!\w)(?:make the model (?:think|believe|say)(?: that)?|so that "
    r"it|so that the model|and|with|to|that|the|of)$",
    re.IGNORECASE,
)


_BARE_VERB = re.compile(r"(?:test|run|measure|evaluate|check|load|compare|benchmark|\w+e)$", re.IGNORECASE)
_EDIT_THAT = re.compile(
    r"(?:please )?(?:edit|change|update|fix)(?: (?:it|that|this|the model|that in|accordingly))?(?: please)?[.!]?",
    re.I,
)
_INTO_WEIGHTS = re.compile(
    r"(?:please )?(?:write|put|burn|bake|store|commit|save|edit|hard-?code|encode|build|patch|inject|insert) "
    r"(?:this|that|it|the above|this fact|that fact)(?: fact)? (?:in ?to|in|to) (?:the |its |your )?"
    r"(?:model'?s? )?(?:weights|model|memory|network|parameters|mlp)(?: please)?[.!]?",
    re.IGNORECASE,
)
"""An edit asked for after the fact was stated."""
_EDITS = re.compile(
    r"(?:please |now )*(?:make|edit|change|teach|convince|rewrite|replace|patch)(?!\w)", re.IGNORECASE
)
_ORDERED = rf"(?:please |now )*(?:{_VERBS}|{_QUESTIONS})(?!\w)"
_EDIT = re.compile(r"(?<!\w)(?:edit|roll(?:ing)? back|rollback|undo\w*|revert\w*)(?!\w)", re.IGNORECASE)
_BETTER_ONE = re.compile(
    r"(?:find|give|make|propose|suggest|come up with|write|think of|try)(?: \w+)* (?:better|new|another|"
    r"different|proper|fresh|nicer)(?: (?:one|label|name))?",
    re.IGNORECASE,
)


_NOT_BUT = re.compile(
    r"^(?:(?:please|no|ok(?:ay)?|actually|sorry),? )*"
    r"(?:(?:i|we) (?:do not|don'?t|dont) (?:want|need|care about|mean) (?P<not>[^,;.]{3,60})[,;.] ?"
    r"(?:but )?(?:i (?:only |just )?(?:want|need|mean) |(?:only|just|rather|instead)(?: (?:want|need|do|run|for))? )"
    r"(?P<but>.+)|"
    r"(?:forget|scrap|never ?mind|screw|ditch|cancel)(?: about)? (?P<dropped>[^,;.]{3,40})[,;.:—-]+ ?"
    r"(?:and )?(?P<instead>.+ instead[.!]?|(?:just|instead|rather),? .+|\d+ .+))$",
    re.IGNORECASE,
)
"""`I don't want X, only Y` and `forget X, Y instead` ask for Y."""


def forbidden(clause: str) -> bool:
    """Whether `clause` says only what shall not be done (`don't export it`)."""
    return bool(_FORBIDDEN.match(clause))


def clauses(text: str) -> list[str]:
    """The steps of `text` in the order in which they are to be done; quoted text is never cut."""
    if filled(text):
        return [text]
    if (match := _NOT_BUT.match(blank(text, quoted_spans(text), "~"))) and not (
        _EDIT.search(match["not"] or match["dropped"])
        or _ABOUT_A_FACT.search(match["not"] or match["dropped"])
    ):
        wanted = text[match.start("but" if match["but"] else "instead") :]
        text = re.sub(r"^(?:just|instead|rather),? | instead[.!]?$", "", wanted, flags=re.IGNORECASE)
    for expression in (_BEFORE_THAT, _AFTER, _BEFORE):
        if (match := expression.match(blank(text, quoted_spans(text), "~"))) and not re.search(
            r"(?:as|which|that|who|every|new)$", text[: match.end("second")], re.I
        ):
            first = text[slice(*match.span("first"))]
            second = text[slice(*match.span("second"))]
            word = first.split()[0].lower()
            return [*_cut(" ".join([_GERUND.get(word, word), *first.split()[1:]])), *_cut(second)]
    return _cut(_FIRST.sub("", text))


def _cut(text: str) -> list[str]:
    visible = blank(text, quoted_spans(text), "~")
    pieces: list[str] = []
    last = 0
    for match in _CUT.finditer(visible):
        before = text[last : match.start()].strip()
        if _DANGLING.search(before) or match.start() == 0:
            continue
        if match.group()[:1] == " " and match["strong"] and _BARE_VERB.fullmatch(before):
            continue  # `teste dann das Kopfrechnen`: one clause
        end = match.end() if match.group() != "?" else match.start() + 1
        pieces.append(text[last : match.start() + (match.group() == "?")])
        last = end
    pieces.append(text[last:])
    kept: list[str] = []
    for piece in (p.strip(" ,;.&") for p in pieces):
        piece = re.sub(
            r"^(?:(?:and|also|but|then|und|et|then please|i mean,?|like,?) )+(?=\w)", "", piece, flags=re.I
        )
        if not re.search(r"\w", piece):
            continue
        joins = bool(_MODIFIER.match(piece) or _ONLY_COUNT.match(piece))
        if (
            kept
            and _BEST_OF.match(piece)
            and re.search(r"sweep|scan|screen|rank|score|features|latents|dictionary|sae", kept[-1], re.I)
        ):
            joins = True
        if kept and _BETTER_ONE.match(piece) and re.search(r"(?<!\w)label", kept[-1], re.I):
            joins = True
        if kept and _RETARGETED.match(piece) and _ABOUT_A_FACT.search(kept[-1]):
            kept[-1] = f"{kept[-1].rstrip('.!? ')}: {piece}"
            continue
        if kept and _EDIT_THAT.fullmatch(piece) and re.search(r" (?:should|must|has to) ", kept[-1], re.I):
            kept[-1] = f"edit: {kept[-1]}"
            continue
        if kept and _INTO_WEIGHTS.fullmatch(piece) and _EDITS.match(kept[-1]):
            continue  # `make it think that ...; write that into the weights`: said twice
        if kept and _INTO_WEIGHTS.fullmatch(piece) and not re.match(_ORDERED, kept[-1], re.IGNORECASE):
            kept[-1] = f"edit: {re.sub(r'(?<!from) now (?=[a-z])', ' ', kept[-1])}"
            continue
        left_out = (
            kept
            and _LEFT_OUT.match(kept[-1])
            and not re.search(r"edit|feature|latent|change", kept[-1], re.I)
        )
        if kept and (joins or left_out or _BARE_AGAIN.fullmatch(kept[-1])):
            kept[-1] = f"{kept[-1]}, {piece}"
        else:
            kept.append(piece)
    asked = [_WONDERED.sub("", piece) for piece in kept]
    return _wanted([piece for piece in asked if not _TOLD.match(piece)] or kept) or [text]


def _wanted(pieces: list[str]) -> list[str]:
    """The clauses without those that only forbid; a capability that is forbidden stays, as one to leave out."""
    kept: list[str] = []
    forbade_edit = False
    for piece in pieces:
        if not forbidden(piece):
            kept.append(re.sub(r"^(?:just|only|instead|rather) (?=\w)", "", piece) if forbade_edit else piece)
            continue
        forbade_edit |= bool(_EDIT.search(piece))
        if kept and mentions(piece):
            kept[-1] = f"{kept[-1]}, without {mentions(piece)[0].text}"
    if (
        kept
        and kept[0] is not pieces[0]
        and export_format(kept[0])
        and len(kept[0].split()) < 5
        and re.search(r"export|save", pieces[0], re.I)
    ):
        kept[0] = f"export as {export_format(kept[0])}"  # `don't export as html, use csv`
    if forbade_edit and kept and not _EDIT.search(kept[0]):
        # `don't roll back the edit, benchmark it`
        kept[0] = re.sub(r"^((?:\w+ ){0,2}\w+) (?:it|that)(?!\w)", r"\1 the edit", kept[0])
    return kept or pieces
