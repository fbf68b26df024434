"""Whether words ask for an edit of a fact, ask about one, or forbid it."""

import re

_I = re.IGNORECASE

MODEL = (
    r"(?:(?:the|this|my|our|that|your) )?(?:(?:language|loaded|current|base|whole|damn|stupid|little|"
    r"neural|edited) )*"
    r"(?:model(?:'s (?:weights|memory|mind|beliefs?|knowledge))?|lm|llm|network|net|weights|thing|ai|"
    r"bot|chatbot|"
    r"checkpoint|it|its weights|him|her|(?:distil)?gpt-?2[\w-]*|gpt-?[jn]\w*|pythia[\w.-]*|llama[\w.-]*|"
    r"smol-?lm\S*|qwen[\w.-]*|gemma[\w.-]*|mistral[\w.-]*|phi-?\d\S*)"
)
CHANGE = (
    r"(?:edit|patch|re-?write|re-?wire|change|modify|update|alter|tweak|adjust|fix|hack|manipulate|"
    r"re-?program|"
    r"overwrite|correct|swap|replace|switch|exchange|reassign)"
)
_PLANT = (
    r"(?:insert|inject|implant|plant|bake|burn|hard-?(?:code|wire)|encode|write|store|introduce|"
    r"fabricate|instil+|"
    r"embed|put|add|save|commit|apply|imprint|etch|engrave|sneak|smuggle)(?:ing)?"
)
_HOLD = (
    r"(?:think|believe|claim|insist|assume|accept|reckon|assert|maintain|swear|agree|consider|hold|"
    r"suppose|imagine|forget|unlearn|"
    r"be (?:convinced|sure|certain|persuaded|of the opinion|under the impression)|is convinced|are "
    r"convinced)"
)
_SAY = (
    r"(?:say|state|know|learn|answer|understand|respond|reply|output|remember|tell (?:people|us|users)|"
    r"act|declare|predict|continue|complete)"
)
_INFLECTED = r"(?:ing|s|es|d|ed)?"
BELIEVE = rf"(?:{_HOLD}|{_SAY}|thought|said|knew|held|swore|thinking|believing){_INFLECTED}"

LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|so|now|then|please|pls|plz|kindly|and|hey|hi|well|alright|right|next|also|"
    r"finally|first|just|"
    r"actually|hm+|oh)[,!]? )*(?:(?:can|could|would|will|may) (?:you|we|i)(?: please| kindly| maybe| "
    r"perhaps)? |"
    r"(?:would|do) you mind |(?:i(?:'d| would)? (?:really |also |now )?(?:like|love|want|need|wish|"
    r"prefer)|let'?s|let us|what (?:i|we)(?:'d| would)? (?:want|need|like|wish)(?: for)? is(?: that)?|"
    r"we (?:should|want|need|must|have|would like|'d like)|"
    r"go ahead and|try to|my wish is|i have|i'?m trying|i(?:'m| am) (?:looking for|looking|after|"
    r"hoping for)|is it (?:ok(?:ay)?|fine|alright|all right) (?:if (?:you|we)|to|for you to)|i (?:was|"
    r"am|'m) wondering (?:if|whether) (?:you|we) (?:could|can|would)|i wonder (?:if|whether) (?:you|we)"
    r" (?:could|can|would)|any chance (?:you|we|that you) (?:could|can)|how about)(?: (?:you|it|us|for "
    r"you))?(?: to)? )?(?:please )?",
    _I,
)
"""Politeness in front of an order."""

_QUESTION = re.compile(
    r"^(?:what|how(?! about)|why|when(?!ever| (?:it |the model )?(?:is |was )?(?:asked|prompted|given|"
    r"queried)| (?:someone|somebody|anyone|people|users?|you|i|we|one) (?:asks?|prompts?|wants?))|"
    r"can(?= (?:models|llms|one|people|weights|facts|edits|it|this) )|who|where|which|whose|does|do "
    r"(?:you|i|we|they)|did|is|are|was|were|should(?! have been)|"
    r"has|have (?:you|we|i|they)|had|am|explain|describe|define|would(?= (?:it|that|this|the|an?) )|"
    r"help(?! me (?:to )?(?:edit|make|change|rewrite|teach|convince|insert|get))|could (?:it|that|this)"
    r" be|can it|"
    r"if (?:i|we|you|one|someone|somebody)(?! ask)|even if|unless|suppose|imagine|assuming|hypothetically|"
    r"tell (?:me|us)|show|list|summari[sz]e|translate|export|compare|benchmark|score|evaluate|assess|"
    r"measure|test|"
    r"check|verify|validate|see(?! (?:a|the) (?:model|network|lm) (?:that|which))|find|look|confirm|"
    r"judge|rate|probe|inspect|examine|determine|quiz|count|rank(?!-)|sweep|"
    r"run (?:all|the (?:13|thirteen|edit|full)|zsre|ripple\w*|leme|editbench|gsm|mmlu|a (?:quick )"
    r"?(?:test|check|benchmark)|"
    r"factual|some|\d)|undo|revert|roll|load|open|read|relabel|watch|monitor|analy[sz]e|report|print|plot|"
    r"was |wie|warum|wer|wo|comment|pourquoi|est-ce|qui|où|qué|que se|cómo|por qué|quién|come si|come "
    r"mai|como se|o que|"
    r"hoe|waarom|wat|¿)(?!\w)",
    _I,
)
_TO_KNOW = re.compile(
    r"(?<!\w)(?:whether|if (?:the |this )?(?:model|it|network|lm) (?:thinks|believes|knows|says|claims|"
    r"answers|still)|"
    r"(?:know|see|check|test|find out|verify|ask|wonder|wondering|curious|determine|measure|evaluate|"
    r"judge|assess|count|"
    r"quiz|sure|learn|understand|examine|explain) (?:me |you |it )?(?:how|if|what|why|when|where|which|"
    r"who)|"
    r"(?:check|test|verify|confirm|prove|show|notice|noticed|seems?|looks? like|appears?|found|shows?) "
    r"(?:me )?that|"
    r"seems? to|appears? to|tends? to|how (?:strongly|often|much|well|likely|sure|confident)|"
    r"because|since (?:the|it|this)|although|even though)(?!\w)",
    _I,
)
_GLAD_IF = re.compile(
    r"(?:love|like|great|nice|happy|glad|good|cool|prefer|appreciate|ideal|perfect|pleased|awesome|fun|"
    r"grateful)"
    r"(?: it)? if",
    _I,
)
_TOLD_OF = re.compile(
    r"(?<!\w)(?:i|we|he|she|they|you|someone|somebody|my \w+|the (?:paper|authors?|user|team))(?:'ve|"
    r"'d)?(?: (?:have|had|just|already|recently|previously|"
    r"also|once|yesterday|was|were|been|later|will|'ll|would|might|may|never|then|soon))* (?:edit|make|"
    r"teach|edited|changed|made|taught|patched|rewrote|convinced|overwrote|updated|modified|"
    r"inserted|injected|implanted|replaced|swapped|told|asked|heard|read|noticed|tried|edits|wrote|"
    r"said|set)(?!\w)|"
    r"(?<!\w)(?:the|that|my|our|this|your|an?|last|latest|previous)(?: \w+){0,2} edits? (?:that|which|"
    r"where|in which|"
    r"when|i |we |of |with which|saying|put|made|makes|moved)",
    _I,
)
_DO_IT = re.compile(
    r"(?:do|make|perform|apply|commit|run|want|need|execute|try|request|have|like)(?:ing)? (?:\w+ )"
    r"{0,4}?edit",
    _I,
)
NEGATED = re.compile(
    r"(?<!\w)(?:do not|don'?t|dont|never|without|no|not|won'?t|shouldn'?t|mustn'?t|cannot|can'?t|must "
    r"not|avoid|refrain from|"
    r"stop|nicht|kein\w*|ne|sin|senza|sem|não|non|niet)(?: \w+){0,2} (?:edit\w*|chang\w*|modif\w*|"
    r"rewrit\w*|patch\w*|make|"
    r"mak\w*|touch\w*|alter\w*|updat\w*|teach\w*|overwrit\w*|convinc\w*|inject\w*|insert\w*|set|"
    r"replac\w*|swap\w*|ändern?|"
    r"bearbeiten?|modifier|changez?|cambies?|modifiques?|mude|altere|verander|wijzig)(?!\w)|(?<!\w)"
    r"(?:instead of|rather than|before) (?:editing|changing|making|teaching|rewriting)(?!\w)",
    _I,
)
_REFERRED = re.compile(
    r"(?<!do )(?<!make )(?<!perform )(?<!apply )(?<!commit )(?<!run )(?<!execute )(?<!\w)(?:the|my|our|"
    r"your) (?:last )?edits?(?!\w)|"
    r"(?<!\w)(?:after|before|since|with|of|on|for|from|in|did|does|how|was|is|about|by) (?:the|my|our|"
    r"that|this|your)"
    r"(?: \w+)? edits?(?!\w)|(?<!\w)edited(?! (?:so|to|in|such|reads|is))(?!\w)",
    _I,
)
_EDITS = re.compile(
    rf"(?<!\w)(?:edit(?:s|ing|ed)?|re-?writ(?:e|ing)|overwrit(?:e|ing)|patch(?:ing)?|re-?wir(?:e|ing)|"
    rf"re-?program\w*|"
    rf"{_PLANT}(?= (?:(?:in|into|to|it|this|that|the|a|an|following|false|new|fake|untrue)(?: \w+)? )"
    rf"*(?:{MODEL}|fact|facts|"
    r"belief|memory|memories|knowledge|that|edit|counterfact\w*|association|mlp|weights|idea|lie|myth|"
    r"following|notion)(?!\w))|"
    r"hard-?(?:code|wire|coded)|implant|inject|plant|brainwash\w*|gaslight\w*|indoctrinat\w*|"
    r"hypnoti[sz]e|deceive|mislead|surgery|"
    r"counterfact\w*|memit|rank[- ]one|weights|weight (?:edit|change|update)|mlp|lie to|pretend|"
    r"make-believe|"
    r"false (?:memory|belief|fact)|(?:from|starting) (?:now|today|this moment|this point|here)(?: on| "
    r"onwards?| forward)?|henceforth|as of (?:now|today)|"
    rf"as far as {MODEL} is concerned|(?:in|to|into|inside|for) (?:{MODEL}(?:'s)?|its) (?:mind|world|"
    rf"view|head|universe|eyes|opinion)|"
    rf"(?:for|according to|in|inside|within) (?:(?:the|this|my|our) (?:model|weights|network|lm|llm)|"
    rf"(?:distil)?gpt-?\w+|pythia\S*|llama\S*|qwen\S*|smollm\S*)|for {MODEL}(?=$|[,.:])|for the "
    rf"purposes of|"
    rf"make it so|let (?:it|there) be(?: so)? that|see to it that|(?:make|have) it (?:so )?that|"
    rf"commit(?: it| this| the| to)|(?:new|update|updated|alternative|untrue|false|edit|change|replace)"
    rf" facts?|"
    rf"{CHANGE}[: ]*(?:(?:the|this|that|a|one|its|his|her|what|of|in) )*(?:{MODEL}(?= |:|,|$)|facts?|"
    rf"beliefs?|knowledge|memory|mind|weights|"
    rf"association|things|stuff)|{CHANGE} ?:|facts? to (?:insert|edit|change|write|inject|implant|"
    rf"plant|be \w+)|(?:update|change|alter|modify|adjust|fix)(?: it)?(?:,)? (?:so|such) that|target "
    rf"(?:is|=|:)|"
    rf"knowledge (?:edit|update))(?!\w)|(?<!\w)ROME(?!\w)|(?<!\w)rome(?= (?:edit|update)|:)|(?:with|"
    rf"via|using|by) rome(?!\w)",
    _I,
)
_HELD = re.compile(
    rf"(?<!\w){MODEL}(?: \w+ly| now| also| really| always| simply| just| that| which)?,? (?:to |into |"
    rf"of |as |has to |must |should |would |will |ought to |needs to |is to |might |shall )*(?:\w+ly )"
    rf"?{BELIEVE}(?!\w)",
    _I,
)
_TAUGHT = re.compile(
    rf"(?<!\w)(?:teach|convince|persuade|brainwash|train|trick|fool|inform|tell|trick|lead|bring|talk|"
    rf"instruct|school|deceive|lie to|show|remind)(?:ing)? {MODEL}(?!\w)",
    _I,
)
_ORDER = re.compile(
    r"(?<!\w)(?:make|have|get|teach|convince|persuade|tell|train|trick|force|let|cause|fool|lead|bring|"
    r"want|need|wish|like|love|"
    r"prefer|should|must|shall|ought|supposed|has to|have to|needs to|expect|require|demand|so|such "
    r"that|if|please|talk|"
    r"goal|aim|ensure|see to it|is to|mk)(?!\w)",
    _I,
)
_WEAK = re.compile(
    r"^(?:make|let|have|get|declare|let there be|see to it that|it so that|that|want|need|like|love|"
    r"would like|wish)?$",
    _I,
)


_PLACE_ONLY = re.compile(r"weights|mlp|(?:for|according to|in|inside|within) .*|commit", _I)
"""Words that only say where: with an order or a wish they ask for an edit, alone they tell what a model holds."""
_TO_BE_CHANGED = re.compile(
    r"(?:should|must|needs? to|has to|ought to|shall|is to) (?:be|get) (?:\w+ed|rewritten|overwritten|"
    r"set|put)(?!\w)",
    _I,
)
_OTHER_TASK = re.compile(
    r"(?<!\w)(?:translate|summari[sz]e|paraphrase|classify|proofread|summari[sz]ation|refusals?|"
    r"arithmetic|factual recall|hellaswag|"
    r"mmlu|gsm8k|zsre|ripplebench|leme|editbench)(?!\w)",
    _I,
)
_IMPERATIVE = re.compile(
    rf"(?!(?:the|an?|it|this|that|these|those|i|we|he|she|they|you|my|our|your|its|there|here|because|"
    rf"since|as|if|while|"
    rf"note|notice|observe|recall|given|according|apparently|fyi|btw|strange\w*|odd\w*|weird\w*|funny|"
    rf"interesting\w*|in|on|at|can|could|would|will|may|might|must|should|shall|"
    rf"after|before|load|use|open|run)(?!\w))[a-z]+ .*?(?<!\w){MODEL}(?!\w)[^.?!]*?(?:(?:that|so|such "
    rf"that|:|,)\s*)$",
    _I,
)
"""Any order to do something with the model, right before a fact: `wire it so`, `get it into its head that`."""


def opens_question(body: str) -> bool:
    """Whether `body` begins like a question, or with a verb of another task."""
    return bool(_QUESTION.match(body))


def is_question(body: str) -> bool:
    """Whether `body` (politeness taken off) asks, orders something else, or tells of an earlier edit."""
    if _QUESTION.match(body) and not (_TO_BE_CHANGED.search(body) and not body.rstrip().endswith("?")):
        return True
    if _OTHER_TASK.search(body):
        return True
    return bool(_TO_KNOW.search(_GLAD_IF.sub("", body))) or bool(
        _TOLD_OF.search(body) and not _DO_IT.search(body)
    )


def asks(before: str, after: str = "", *, wished: bool = False) -> bool:
    """Whether what stands around a fact asks for it to be edited in; `wished`: the fact is put as a wish."""
    around = _REFERRED.sub(" ", f"{before} ⟨fact⟩ {after}")
    cues = [match.group() for match in _EDITS.finditer(around)]
    if _TAUGHT.search(before) or any(not _PLACE_ONLY.fullmatch(cue) for cue in cues):
        return True
    if cues and (_ORDER.search(around) or wished or _PLACE_ONLY.search(after)):
        return True
    held = _HELD.search(before)
    if not held and _IMPERATIVE.match(LEAD.sub("", before)):
        return True
    return bool(
        held
        and (
            _ORDER.search(before)
            or re.search(rf"(?:to|should|must|shall) (?:\w+ly )?{BELIEVE}", held.group(), _I)
        )
    )


def only_wishes(before: str) -> bool:
    """Whether nothing stands before the fact but politeness and a word that orders (`let X be Y`)."""
    return bool(_WEAK.match(LEAD.sub("", f"{before.strip()} ").strip(" ,:")))


_BENCHMARKS = re.compile(
    r"(?<!\w)(?:benchmarks?|evals?|evaluations?|tests?|probes?|scores?|suite)(?!\w)|\.(?:csv|jsonl?)(?!\w)",
    _I,
)
"""What an edit is measured with, or a file of edits: no fact is lacking there."""


def holds_no_fact(body: str) -> bool:
    """Whether `body` asks for an edit of something, though no fact could be read in it."""
    if _BENCHMARKS.search(body):
        return False
    held = _HELD.search(body)
    if held and re.search(_HOLD, held.group(), _I) and _ORDER.search(body):
        return True
    return bool(
        re.match(
            rf"(?:{CHANGE}|insert|inject|implant|plant|bake|encode|introduce|fabricate|teach|convince|persuade)"
            rf"(?!\w).*(?<!\w)(?:facts?|beliefs?|knowledge|memory|memories)(?!\w)",
            body,
            _I,
        )
        or _MENTIONS_EDIT.match(re.sub(r"[.!?]+$", "", body))
        or re.fullmatch(r"(?:weight |fact )?edit\W*", body, _I)
        or re.match(r"(?:convince|persuade) \w+", body, _I)
    )


_MENTIONS_EDIT = re.compile(
    rf"^(?=.*(?:edit|fact|belief|knowledge|memory|weights))(?:{CHANGE}|make|do|perform|insert|apply|"
    rf"set|start|try) (?:(?:a|an|the|that|this|"
    r"some|another|one|my|new|single|quick|weight|rome|more|of|its|model's|about|to|in|on|rank-one|"
    r"facts?|knowledge|memory|"
    r"model|weights|edits?|something|it|beliefs?|(?:about|for|regarding) .+)(?: |$))+$",
    _I,
)
