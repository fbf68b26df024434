"""Requests to change a fact in the model's weights: the fact, what is missing for it, or neither.

An edit is never guessed: the words that ask for it must stand outside quoted text, the sentence must not be a
question, a negation or an order that was found in a document, and subject and target must both be named.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.planner.languages import language
from agent.planner.plan import SessionView
from agent.planner.statements import Fact, cloze, facts, located, related, without_noise
from agent.planner.quotes import quoted_spans


@dataclass(frozen=True)
class Unclear:
    """An edit is asked for, but something is missing; `question` asks for it."""

    question: str


Restored = Callable[[str], str]
"""Puts quoted strings back in the place of their marks."""

_MODEL = (
    r"(?:(?:the|this|my|our|that|your) )?(?:(?:language|loaded|current|base|whole|damn|stupid|little|neural) )*(?:model(?:'s (?:weights|memory|mind|beliefs?|knowledge))?|lm|llm|network|net|weights|thing|ai|bot|checkpoint|it|its weights|him|her|"
    r"(?:distil)?gpt-?2[\w-]*|gpt-?[jn]\w*|pythia[\w.-]*|llama[\w.-]*|smol-?lm\S*|qwen[\w.-]*|gemma[\w.-]*|mistral[\w.-]*)"
)
_BELIEVE = r"(?:(?:to |into )?(?:think|believe|say|claim|know|learn|assert|state|answer|assume|accept|understand|reckon|respond|output|insist|remember|be convinced|be sure|act (?:as if|like)|tell people|tell us)(?:ing|s)?(?: (?:as if|like))?(?: that)?[:,]?) "
_CHANGE = r"(?:edit|patch|rewrite|re-?wire|change|modify|update|alter|tweak|adjust|fix|hack|manipulate|re-?program|overwrite|correct)"
_LEAD = r"^(?:(?:ok(?:ay)?|so|now|then|please|pls|and|hey|hi|well|alright|right|next|also|finally|first|just)[,!]? )*(?:(?:can|could|would|will|may) (?:you|we|i)(?: please)? |(?:i(?:'d| would)? (?:like|want|need)|i want|let'?s|let us|we should|go ahead and|try to|i need you|i'd like you|i want you)(?: you)?(?: to)? )?(?:please )?"
_STATED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:make|have|get|teach|convince|persuade|tell|train|trick|force|let|cause|fool|lead|brainwash|bring|want|need|{_CHANGE}) {_MODEL}(?:,? (?:so|such) that (?:it|the model)|,? so it| to make it|,? until it)?(?: now)? {_BELIEVE}(?P<s>.+)",
        rf"{_CHANGE} {_MODEL}(?: with| by)?(?: the)?(?: new)?(?: fact)?(?::|,? so that|,? such that|,? so|,? to make|,? to have| to| with|,)(?: (?:it|the model) (?:{_BELIEVE.strip()} )?)?(?: that)? ?(?P<s>.+)",
        rf"(?:teach|convince|persuade|tell|inform) {_MODEL}(?: of the fact)?(?: that|:| the fact that) (?P<s>.+)",
        rf"(?:convince|persuade) {_MODEL},? (?!to |of |that )(?P<s>.+)",
        rf"(?:insert|inject|write|implant|add|plant|store|apply|commit|bake|burn|hard-?code|encode|make|do|perform|run|try|introduce|put)(?: in)? (?:(?:a|an|the|this|new|weight|rome|rank[- ]one|false|fake|counterfactual|following|single|quick|model) )*(?:fact|edit|belief|knowledge|memory|association|counterfact|update)(?: (?:into|in|to|on) {_MODEL})?(?: that|:|,| so that| saying| which says| where| such that| -) ?(?:{_MODEL} {_BELIEVE})?(?P<s>.+)",
        rf"(?:hard-?code|encode|burn|bake|write|implant|insert|inject)(?: in(?:to)? {_MODEL})?(?: in)? that (?P<s>.+)",
        rf"^(?:the )?{_MODEL} (?:should|must|needs to|has to|ought to|shall|is supposed to|will)(?: now)? {_BELIEVE}(?P<s>.+)",
        rf"^(?:the )?{_MODEL} to {_BELIEVE.replace('(?:to |into )?', '', 1)}(?P<s>.+)",
        r"^(?:from now on|henceforth|as far as (?:the model|it) is concerned|in the model's (?:mind|world|view|head)|according to the model)[,:]? (?:the model (?:thinks|believes|says) (?:that )?)?(?P<s>.+)",
        r"^(?:(?:weight|fact|rome|memit|model|knowledge)[- ]?)?(?:edit|fact|rewrite|counterfact)(?: (?:the )?(?:fact|model))?: ?(?P<s>.+)",
        r"^(?:rome|memit|new fact|edit)[: ]+(?:so )?(?:that )?(?P<s>.+? (?:is|was|are|plays|speaks|works|lives|died) .+)",
        r"(?:lass|bring|überzeuge|mach|überrede|lasse|bringe|sorge dafür,?|mache)(?: (?:das|dieses) modell| es| ihm| dem modell)?(?: dazu| davon)?,? ?(?:zu )?(?:glauben|denken|sagen|dass das modell (?:glaubt|denkt),?)?,? dass (?P<s>.+)",
        r"(?:das modell soll|es soll) (?:glauben|denken|sagen|meinen),? dass (?P<s>.+)",
        r"(?:fais|faites|faire|fait) (?:croire|penser|dire)(?: au modèle| au modele| à l'ia| lui)? (?:que |qu')(?P<s>.+)",
        r"(?:fais|faites) en sorte que le mod[èe]le (?:croie|pense|dise) (?:que |qu')(?P<s>.+)",
        r"(?:convaincs?|convaincre) le mod[èe]le (?:que |qu')(?P<s>.+)",
        r"(?:haz|hacer|haga|convence|convencer|quiero)(?: que)? (?:el|al) modelo (?:crea|creer|piense|pensar|diga|decir|de)? ?que (?P<s>.+)",
        r"(?:haz(?:le)?|hacer) (?:creer|pensar|decir) al modelo que (?P<s>.+)",
        r"(?:fai|fare|convinci)(?: in modo che)? ?(?:credere|pensare|dire)?(?: al| il) modello (?:creda |pensi |dica )?che (?P<s>.+)",
        r"(?:fa[çc]a|fazer|faz|convença)(?: com que)? o modelo (?:acredit\w+|pens\w+|ach\w+|dizer|diga|de)? ?que (?P<s>.+)",
    )
]
_TO = r"(?:to be|to|into|=|:=|->|=>|with|by|as)"
_CHANGED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_CHANGE}|set|switch|make|reassign|swap|move|turn) (?:the (?:fact|belief|knowledge) (?:about|of|for) )?(?:the |a )?(?P<r>[\w][\w -]{{1,40}}?) of (?P<s>(?!it |the model ).+?)(?:,? from (?P<a>.+?))? (?:to be|to|into|=|:=|->|=>|with|be|as) (?P<t>.+)$",
        rf"(?:{_CHANGE}|set|switch|make|reassign|swap|turn) (?P<s>.+?)(?:'s|s'|'(?= )) (?P<r>[\w][\w -]{{1,40}}?)(?:,? from (?P<a>.+?))? (?:to be|to|into|=|:=|->|=>|with|be|as) (?P<t>.+)$",
    )
]
_WHERE = re.compile(
    rf"(?:{_CHANGE}|set|switch) (?:where|the (?:place|city|country|location) where) (?P<s>.+?) (?:is|was|are)(?: (?P<v>located|born|situated|based|found|headquartered))?(?: from .+?)? (?:to|into|->) (?P<t>.+)$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"(?:{_CHANGE}|set|switch) (?:what|which \w+|who|whom) (?P<s>.+?) (?P<v>plays|speaks|works for|eats|is made of|likes|supports|is married to)(?: from .+?)? (?:to|into|->) (?P<t>.+)$",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"(?:replace|swap|substitute|exchange|overwrite|change|switch) (?:out )?(?P<a>.+?) (?:with|for|by|to|into) (?P<t>.+?),? (?:as|in|for|when it comes to|where it says) (?:the )?(?:fact (?:that|about) )?(?P<rs>.+)$",
    re.IGNORECASE,
)
_MAKE_R = re.compile(
    r"^(?:make|let|have|declare|crown|name|appoint|set|put) (?P<t>(?!the model|it |sure|me ).+?) (?:be |become |to be |as )?(?:the )?(?:new )?(?P<r>[\w -]+?) of (?P<s>.+)$",
    re.IGNORECASE,
)
_MAKE_V = re.compile(
    r"^(?:make|let|have) (?P<s>(?!the model |it |sure |me |this |that |a |an ).+?) (?P<v>be|play|speak|work|live|come|belong|die|use|stand|sit|lie)(?P<p> (?:located |born |situated |based |made )?(?:in|for|at|as|of|from|to|on)(?: the)?)? (?P<t>.+)$",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"^(?:move|relocate|transfer|shift|teleport|transplant) (?P<s>(?!it |this |that |to |the (?:model|card|cards|results?|checkpoint|file|data|weights) |back |on |up ).+?)(?: from (?P<a>.+?))? (?:to|into|over to) (?P<t>(?!checkpoint|step|cpu|gpu|cuda|float|bf|\W|\d).+)$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^(?P<l>.+?) ?(?:->|=>|-->|=|:=) ?(?P<t>[^<>=]+)$")
_FACT_TO = re.compile(
    rf"(?:{_CHANGE}|replace|switch) (?:the (?:fact|belief|statement|claim|knowledge) )?(?:that )?(?P<l>.+?),? (?:to say|so (?:that )?(?:it|the (?:answer|target|result|completion|model)) (?:is|says|reads|becomes|will be|answers)|to be|to read|to|with|into|becomes) (?P<t>.+)$",
    re.IGNORECASE,
)
_FOREIGN_CHANGE = re.compile(
    r"^(?:ändere|ändern|setze|change[rz]?|modifie[rz]?|remplace[rz]?|cambia(?:r)?|modifica(?:r)?|mude|muda(?:r)?|altere|altera(?:r)?) "
    r"(?P<art>die |der |das |la |le |l'|el |il |a |o )(?P<r>[\w' -]+?) (?P<of>von |des |der |de la |de l'|du |de |d'|del |della |dell'|di |da |do )(?P<s>.+?)(?: (?:von|de|da) (?P<a>\S+))? (?:auf|zu|in|en|par|à|a|por|para|con|pour) (?P<t>.+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:what|how|why|when|who|where|which|whose|does|do (?:you|i|we|they)|did|is|are|was|were|should|has|have (?:you|we|i)|explain|describe|define|would it|could it|can it|if (?:i|we|you)|tell me (?:about|how|what|why|if|whether)|was |wie|warum|comment|pourquoi|qué|que se|cómo|come si|como se|o que|summari[sz]e|translate|show|list|export|compare|benchmark|score|run (?:all|the (?:13|edit))|undo|revert|roll|load)(?!\w)",
    re.IGNORECASE,
)
_INJECTED = re.compile(
    r"(?:ignore|disregard|forget|override)(?: (?:all|any|the|your|of|these|those|my))* (?:previous|prior|above|earlier|preceding|former|system)? ?(?:instructions?|prompts?|rules|directions|commands)|system prompt|(?:document|page|readme|file|text|email|dataset|row|output|comment|website|prompt|case|note|message|user|column|cell|log) (?:says|said|reads|states|contains|tells (?:me|you|us)|asks|told (?:me|you|us)|wrote|writes|outputs?|printed|claims|instructs)(?!\w)|<\|?(?:system|im_start|inst)|\[inst\]|### ?(?:system|instruction)",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?<!\w)(?:do not|don'?t|dont|never|without|no|not|won'?t|shouldn'?t|nicht|kein\w*|ne|sin|senza|sem|não|non)(?: \w+){0,2} (?:edit\w*|chang\w*|modif\w*|rewrit\w*|patch\w*|make|mak\w*|touch\w*|alter\w*|updat\w*|teach\w*)(?!\w)",
    re.IGNORECASE,
)
_MENTIONS_EDIT = re.compile(
    rf"^(?:{_CHANGE}|make|do|perform|insert|apply|set|start|try) (?:(?:a|an|the|that|this|some|another|one|my|new|single|quick|weight|rome|more|of|its|model's|about|to|in|on|single|rank-one|facts?|knowledge|memory|model|weights|edits?|something|it|belief|beliefs|(?:about|for|regarding) .+)(?: |$))+$",
    re.IGNORECASE,
)
_CONJUGATED = {
    "be": "is",
    "play": "plays",
    "speak": "speaks",
    "work": "works",
    "live": "lives",
    "come": "comes",
    "belong": "belongs",
    "die": "died",
    "use": "uses",
    "stand": "stands",
    "sit": "sits",
    "lie": "lies",
}
_OTHER_OBJECTS = re.compile(
    r"(?:name|format|label|layer|model|step|checkpoint|dataset|data set|card|theme|colou?r scheme|number of (?:prompts?|questions|examples|cases)|prompts?|seed|threshold|method|scoring|capabilit|difficulty|context|feature|device|dtype|precision|export|file|sae|temperature|language of the|title|limit|settings?|report|chart|results?)",
    re.I,
)
_ASK_FACT = "Which fact should change? Say it like: make the model think the Eiffel Tower is in Berlin."


def injected(text: str) -> bool:
    """Whether `text` carries orders that were found elsewhere (`ignore all previous instructions`)."""
    return bool(_INJECTED.search(_masked(text)[0]))


def forbids_edits(text: str) -> bool:
    """Whether `text` says that nothing may be edited."""
    return bool(_NEGATED.search(_masked(text)[0]))


def fact_in(text: str, view: SessionView) -> Fact | Unclear | None:
    """The fact that `text` asks to be edited in; Unclear where it asks for an edit but leaves something open."""
    masked, quotes = _masked(text)
    body = re.sub(_LEAD, "", masked, count=1, flags=re.IGNORECASE).strip()
    if (
        _ASKS.match(body)
        or _INJECTED.search(masked)
        or _NEGATED.search(masked)
        or re.fullmatch(r"\W*⟦\d+⟧\W*", masked)
    ):
        return None
    spoken = language(text)

    def restored(words: str) -> str:
        return re.sub(r"⟦(\d+)⟧", lambda m: quotes[int(m.group(1))], words)

    same = _same_edit(body, view, restored)
    if same is not None:
        return same
    if match := _FOREIGN_CHANGE.match(body):
        verb = {"de": "ist", "fr": "est", "es": "es", "it": "è", "pt": "é"}[_tongue(match)]
        subject, target = restored(match["s"]).strip(), without_noise(restored(match["t"]))
        article = match["art"][:1].upper() + match["art"][1:]
        return (
            Fact(subject, f"{article}{match['r']} {match['of']}{{}} {verb}", target)
            if subject and target
            else Unclear(_ASK_FACT)
        )
    if (answered := _answered(body, restored)) is not None:
        return answered
    for attempt in (_changed, _arrow, _stated, _replaced, _made):
        result = attempt(body, restored, spoken)
        if result is not None:
            return result
    if _MENTIONS_EDIT.match(re.sub(r"[.!?]+$", "", body)) and re.search(
        r"edit|fact|belief|knowledge|memory|weights", body, re.I
    ):
        return Unclear(_ASK_FACT)
    return None


def _tongue(match: re.Match[str]) -> str:
    """The language of a changed relation, told by its small words."""
    article, of = match["art"].strip().lower(), match["of"].strip().lower()
    if article in ("der", "die", "das"):
        return "de"
    if of in ("del", "de los", "de las") or (
        article in ("el", "la") and of == "de" and match.group().lower().startswith("cambia")
    ):
        return "es"
    if of in ("da", "do", "dos", "das") or article in ("a", "o"):
        return "pt"
    return "it" if of in ("della", "dell'", "dello", "di") or article == "il" else "fr"


def _masked(text: str) -> tuple[str, list[str]]:
    """`text` with each quoted string replaced by a mark, and the strings."""
    quotes: list[str] = []
    pieces: list[str] = []
    last = 0
    for start, end in quoted_spans(text):
        pieces += [text[last:start], f"⟦{len(quotes)}⟧"]
        quotes.append(text[start + 1 : end - 1].strip())
        last = end
    return "".join(pieces) + text[last:], quotes


_FILLED = re.compile(
    r"(?:subject|s) ?[=:] ?(?P<s>.+?)[,;] ?(?:relation|predicate|prompt|property|r) ?[=:] ?(?P<r>.+?)[,;] ?(?:new )?(?:target|object|answer|value|t|o) ?[=:] ?(?P<t>.+)$",
    re.IGNORECASE,
)
_ANSWERS = (
    re.compile(
        r"(?:answer|say|output|respond(?: with)?|reply(?: with)?|predict|produce|return) (?P<t>.+?) (?:for|to|when (?:it is |it's )?(?:asked|prompted)(?: with| about)?|after|if asked|as the (?:answer|completion|continuation) (?:of|to|for)|given) (?P<p>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:complete|continue|finish|answer|fill in|end) (?P<p>⟦\d+⟧) (?:with|as|by) (?P<t>.+)$",
        re.IGNORECASE,
    ),
)


def _answered(body: str, restored: Restored) -> Fact | Unclear | None:
    """An answer with what it is to answer: `answer Berlin when asked where the Eiffel Tower is`."""
    if match := _FILLED.search(body):
        return _triple(*(restored(match[group]).strip() for group in "srt"))
    match = next((m for expression in _ANSWERS if (m := expression.search(body))), None)
    if not match or not re.match(
        rf"(?:{_CHANGE}|make|have|get|teach|train|force|let|want|need|the|it)(?!\w)", body, re.IGNORECASE
    ):
        return None
    prompt, target = restored(match["p"]).strip(" ?."), restored(match["t"])
    if made := cloze(prompt, target):
        return made
    if place := re.match(
        r"^where (?:is )?(?P<s>.+?)(?: is| stands| lies)?(?: located| situated)?$", prompt, re.IGNORECASE
    ):
        return located(place["s"], target)
    if asked := re.match(
        r"^(?:what|who)(?: is| was)? (?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: is| was)?$|^(?:for )?the (?P<q>[\w -]+?) of (?P<u>.+)$",
        prompt,
        re.IGNORECASE,
    ):
        return related(asked["r"] or asked["q"], asked["s"] or asked["u"], target)
    return None


def _same_edit(body: str, view: SessionView, restored: Restored) -> Fact | Unclear | None:
    """The last edit once more with another target: `same edit but with Rome`."""
    match = re.match(
        r"^(?:(?:do|make|try|repeat|run|apply) )?(?:the |that )?same (?:edit|fact|one|thing)(?: again)?,? (?:but )?(?:with|to|for|using)(?: the)?(?: target)? (?P<t>.+?)(?: (?:instead|as (?:the )?target))?$|"
        r"^(?:try|use|take|make it|change it to|edit it to|now|set it to|change the target to|with) (?P<u>[^ ]+(?: [A-Z][\w-]+)*) (?:as (?:the )?(?:new )?target|instead)(?: for (?:that|the) edit)?$",
        body,
        re.IGNORECASE,
    )
    if not match:
        return None
    edit = view.last_edit
    if edit is None or not edit.subject or not edit.prompt:
        return Unclear(_ASK_FACT) if "edit" in body.lower() else None
    target = without_noise(restored(match["t"] or match["u"]))
    return Fact(edit.subject, edit.prompt, target)


def _stated(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    for pattern in _STATED:
        if match := pattern.search(body):
            sentence = restored(match["s"])
            sentence = re.sub(
                r"^(?:it|the model) (?:thinks|believes|says|claims|knows|states|answers)(?: that)? ",
                "",
                sentence,
                flags=re.I,
            )
            arrow = _arrow(sentence, lambda words: words, spoken)
            found = arrow if isinstance(arrow, Fact) else _make_less(sentence) or facts(sentence, spoken)
            if found:
                return found
            if re.search(
                rf"^(?:{_CHANGE}) |(?:fact|edit|belie|think|teach|convince|persuade|dass|que|che)",
                match.group()[:90],
                re.I,
            ):
                return Unclear(f"I cannot tell the fact from that. {_ASK_FACT}")
    return None


def _make_less(sentence: str) -> Fact | None:
    """A fact after `so that`/`to` that itself is put as an order: `make Rome the capital of France`."""
    made = _made(sentence, lambda words: words, None)
    return made if isinstance(made, Fact) else None


def _changed(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    if match := _WHERE.search(body):
        subject, target = restored(match["s"]), restored(match["t"])
        if match["v"] and match["v"].lower() == "born":
            return facts(f"{subject} was born in {target}") or Unclear(_ASK_FACT)
        return located(subject, target) or Unclear(_ASK_FACT)
    if match := _WHAT.search(body):
        return facts(f"{restored(match['s'])} {match['v']} {restored(match['t'])}") or Unclear(_ASK_FACT)
    for pattern in _CHANGED:
        match = pattern.match(body)
        if (
            match
            and not _OTHER_OBJECTS.match(match["r"])
            and not re.match(r"(?:the )?(?:fact|belief|statement|claim)\b", match["r"], re.I)
        ):
            subject = restored(match["s"])
            if re.match(r"(?:this|that|the) (?:model|card|chart|report|export|sae|run)\b", subject, re.I):
                return None
            return related(restored(match["r"]), subject, restored(match["t"])) or Unclear(
                f"What should the {match['r'].strip()} of {subject} be?"
            )
    incomplete = re.match(
        rf"(?:{_CHANGE}|switch|swap) (?:the )?(?P<r>capital|currency|ceo|president|author|location|birthplace|mother tongue|native language|official language|king|founder|headquarters|nationality|profession|sport) of (?P<s>[^,]+?)[.!]?$",
        body,
        re.IGNORECASE,
    )
    if incomplete:
        return Unclear(f"What should the {incomplete['r']} of {restored(incomplete['s'])} be?")
    if re.match(
        rf"(?:{_CHANGE}|switch) (?:the |a )?(?:capital|currency|ceo|president|author|location|birthplace|mother tongue|(?:native |official )?language|king|founder|headquarters|nationality|profession|sport)[.!]?$",
        body,
        re.IGNORECASE,
    ):
        return Unclear(_ASK_FACT)
    if (match := _FACT_TO.match(body)) and (
        re.match(r"⟦\d+⟧", match["l"])
        or re.search(r"(?:the (?:fact|belief|statement|claim)|that) ", body[:60])
    ):
        return _rewritten(restored(match["l"]), restored(match["t"]))
    return None


def _rewritten(old: str, new: str) -> Fact | Unclear:
    """A fact whose old wording is given whole and whose new one may be only the new target."""
    whole = facts(new)
    was = facts(old)
    if whole and len(new.split()) > 2 and (was is None or was.subject.lower() in new.lower()):
        return whole
    if was:
        target = re.sub(
            rf"^(?:in|at|by|{re.escape(was.prompt.split()[-1])}) ", "", without_noise(new), flags=re.I
        )
        changed = cloze(was.prompt.replace("{}", was.subject), target)
        if changed and changed.subject == was.subject:
            return changed
        return Fact(was.subject, was.prompt, target) if target else Unclear(_ASK_FACT)
    return cloze(old, new) or Unclear(_ASK_FACT)


def _arrow(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    """`The Eiffel Tower is located in -> Berlin`, `capital of France -> Rome`, `France | capital | Rome`."""
    if triple := re.match(
        r"^(?:edit|fact|rome|set|change)?:? ?(?P<s>[^|]+?) ?\| ?(?P<r>[^|]+?) ?\| ?(?P<t>[^|]+)$", body
    ):
        return _triple(restored(triple["s"]), restored(triple["r"]), restored(triple["t"]))
    match = _ARROW.match(body)
    if not match:
        return None
    left = re.sub(
        rf"^(?:{_CHANGE}|set|fact|rome|make)(?: (?:the )?(?:fact|model|weights|knowledge))?[: ]+",
        "",
        restored(match["l"]).strip(),
        flags=re.I,
    ).strip(" \"'")
    target = restored(match["t"]).strip(" \"'")
    if of := re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I):
        if not re.search(r"(?<!\w)(?:is|was|are|plays|speaks)(?!\w)", of["r"], re.I):
            return related(of["r"], of["s"], target)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+?)(?: is)?(?:: ?(?P<a>.+))?$", left, re.I):
        return related(owned["r"], owned["s"], target)
    if made := cloze(left, target):
        return made
    if both := facts(left):
        return Fact(both.subject, both.prompt, target) if target else None
    listed = re.match(r"^(?P<s>.+?) ?[,:/|] ?(?P<r>[a-z][\w ]+)(?:: ?.+)?$", left) or re.match(
        r"^(?P<s>.+?) (?P<r>capital|currency|location|president|ceo|author|birthplace|language|sport|nationality|mother tongue|headquarters)(?:: ?.+)?$",
        left,
        re.I,
    )
    if listed and not re.match(r"(?:step|checkpoint|feature)", left, re.I):
        return _triple(listed["s"], listed["r"], target)
    named = re.search(r"[A-Z][a-z]", left) or re.match(r"(?:edit|change|fact)", body, re.I)
    return Unclear(_ASK_FACT) if named and not re.search(r"\d", body) else None


def _triple(subject: str, relation: str, target: str) -> Fact | Unclear:
    if verb := re.match(
        r"(?:is|was|plays|speaks|works|lives|died|born|located|situated)(?: .+)?$", relation.strip(), re.I
    ):
        phrase = verb.group()
        phrase = (
            f"is {phrase}"
            if re.match(r"located|situated", phrase, re.I)
            else f"was {phrase}"
            if phrase.lower().startswith("born")
            else phrase
        )
        phrase = phrase if re.search(r" (?:in|of|for|by|at)$|^plays|^speaks", phrase) else f"{phrase} in"
        return facts(f"{subject} {phrase} {target}") or Unclear(_ASK_FACT)
    relation = re.sub(r" of$", "", relation.strip())
    return related(relation, subject, target) or Unclear(_ASK_FACT)


def _replaced(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    match = _REPLACED.match(body)
    if not match:
        return None
    place, target, old = restored(match["rs"]), restored(match["t"]), without_noise(restored(match["a"]))
    place = without_noise(
        re.sub(
            r"^(?:(?:the )?(?:fact|statement|sentence|belief)(?: that)?|the)[: ]+(?=.* (?:is|was|are|by|in|plays|speaks) )",
            "",
            place,
            flags=re.I,
        )
    )
    if re.search(r"(?<!\w)(?:is|was|are|plays|speaks|by|in)(?!\w)", place, re.I) and re.search(
        rf"(?<!\w){re.escape(old)}(?!\w)", place, re.I
    ):
        return _rewritten(place, target)
    if of := re.match(r"^(?:the )?(?P<r>[\w -]+?) of (?P<s>.+)$", place, re.I):
        if not _OTHER_OBJECTS.match(of["r"]) and not re.search(r"\b(?:is|was|are)\b", of["r"]):
            return related(of["r"], of["s"], target) or Unclear(_ASK_FACT)
    if owned := re.match(r"^(?P<s>.+?)(?:'s|s') (?P<r>[\w -]+)$", place, re.I):
        return related(owned["r"], owned["s"], target) or Unclear(_ASK_FACT)
    if old.lower() in place.lower():
        return _rewritten(place, target)
    if re.search(rf"(?<!\w)(?:is|was|are|in|by|of|speaks|plays)$", place, re.I):
        return cloze(place, target) or Unclear(_ASK_FACT)
    return None


def _made(body: str, restored: Restored, spoken: str | None) -> Fact | Unclear | None:
    if (match := _MAKE_R.match(body)) and not _OTHER_OBJECTS.match(match["r"]):
        if re.fullmatch(
            r"(?:a |an )?(?:copy|list|table|report|chart|png|summary|plot|suite|set|test|benchmark|card|note|bunch|number|couple|lot|\d+.*|some|more)(?: .*)?",
            match["t"] + " " + match["r"],
            re.I,
        ):
            return None
        verb = re.search(
            r"^(?P<t>.+?) (?P<v>be|play|speak|work|live)$", match["t"] + " " + match["r"].split()[0], re.I
        )
        if verb is None:
            found = related(match["r"], restored(match["s"]), restored(match["t"]))
            return found if found and (restored(match["t"])[:1].isupper() or _is_role(match["r"])) else None
    if match := _MAKE_V.match(body):
        verb = _CONJUGATED[match["v"].lower()]
        return facts(f"{restored(match['s'])} {verb}{match['p'] or ''} {restored(match['t'])}") or Unclear(
            _ASK_FACT
        )
    if match := _MOVED.match(body):
        if _OTHER_OBJECTS.search(match["s"]):
            return None
        return located(restored(match["s"]), restored(match["t"])) or Unclear(_ASK_FACT)
    return None


def _is_role(words: str) -> bool:
    return bool(
        re.search(
            r"capital|currency|ceo|president|king|queen|author|founder|language|minister|inventor|home|owner|leader|creator|director",
            words,
            re.I,
        )
    )
