"""The wordings in which an edit of a fact is asked for, and those that only look like it."""

import re

MODEL = (
    r"(?:(?:the|this|my|our|that|your) )?(?:(?:language|loaded|current|"
    r"base|whole|damn|stupid|little|neural) )*(?:model(?:'s (?:weights|"
    r"memory|mind|beliefs?|knowledge))?|lm|llm|network|net|weights|thing|"
    r"ai|bot|checkpoint|it|its weights|him|her|"
    r"(?:distil)?gpt-?2[\w-]*|gpt-?[jn]\w*|pythia[\w.-]*|llama[\w.-]*|"
    r"smol-?lm\S*|qwen[\w.-]*|gemma[\w.-]*|mistral[\w.-]*)"
)

BELIEVE = (
    r"(?:(?:to |into )?(?:think|believe|say|claim|know|learn|assert|state|"
    r"answer|assume|accept|understand|reckon|respond|output|insist|remember|"
    r"be convinced|be sure|act (?:as if|like)|tell people|tell us)(?:ing|"
    r"s)?(?: (?:as if|like))?(?: that)?[:,]?) "
)

CHANGE = (
    r"(?:edit|patch|rewrite|re-?wire|change|modify|update|alter|tweak|adjust|"
    r"fix|hack|manipulate|re-?program|overwrite|correct)"
)

LEAD = (
    r"^(?:(?:ok(?:ay)?|so|now|then|please|pls|and|hey|hi|well|alright|right|"
    r"next|also|finally|first|just)[,!]? )*(?:(?:can|could|would|will|may) "
    r"(?:you|we|i)(?: please)? |(?:i(?:'d| would)? (?:like|want|need)|i want|"
    r"let'?s|let us|we should|go ahead and|try to|i need you|i'd like you|"
    r"i want you)(?: you)?(?: to)? )?(?:please )?(?:instead of [^,]+, )?"
)

STATED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:make|have|get|teach|convince|persuade|tell|train|trick|force|"
        rf"let|cause|fool|lead|brainwash|bring|want|need|{CHANGE}) {MODEL}(?:,? "
        r"(?:so|such) that (?:it|the model)|,? so it| to make it|,? until "
        rf"it)?(?: now)? {BELIEVE}(?P<s>.+)",
        rf"{CHANGE} {MODEL}(?: with| by)?(?: the)?(?: new)?(?: fact)?(?::|"
        r",? so that|,? such that|,? so|,? to make|,? to have| to| with|"
        rf",)(?: (?:it|the model) (?:{BELIEVE.strip()} )?)?(?: that)? "
        r"?(?P<s>.+)",
        rf"(?:teach|convince|persuade|tell|inform) {MODEL}(?: of the fact)?(?: "
        r"that|:| the fact that) (?P<s>.+)",
        rf"(?:convince|persuade) {MODEL},? (?!to |of |that )(?P<s>.+)",
        r"(?:insert|inject|write|implant|add|plant|store|apply|commit|"
        r"bake|burn|hard-?code|encode|make|do|perform|run|try|introduce|"
        r"put)(?: in)? (?:(?:a|an|the|this|new|weight|rome|rank[- ]one|"
        r"false|fake|counterfactual|following|single|quick|model) )*(?:fact|"
        r"edit|belief|knowledge|memory|association|counterfact(?:ual)?|update)(?: "
        rf"(?:into|in|to|on) {MODEL})?(?: that|:|,| so that| saying| which "
        rf"says| where| such that| -) ?(?:{MODEL} {BELIEVE})?(?P<s>.+)",
        r"(?:edit|hard-?code|encode|burn|bake|write|implant|insert|inject|put)(?: "
        rf"in(?:to)? {MODEL})?(?: in)? that (?P<s>.+)",
        rf"^(?:the )?{MODEL} (?:should|must|needs to|has to|ought to|shall|"
        rf"is supposed to|will)(?: now)? {BELIEVE}(?P<s>.+)",
        rf"^(?:the )?{MODEL} to {BELIEVE.replace('(?:to |into )?', '', 1)}(?P<s>.+)",
        rf"^{CHANGE} ?: (?P<s>.+)",
        rf"^{CHANGE} (?:(?:one|an?|the|this|some|single|following|particular) )+(?:fact|belief|piece of "
        rf"knowledge|thing)(?: (?:in|of|inside|that|it|{MODEL}|knows?|has|about the world))*"
        r"(?:[,:;]| [-—])+ ?(?:namely|specifically|i\.?e\.?,?|so)?(?: that)?[:,]? ?(?P<s>.+)",
        r"^(?:ändere|bearbeite|editiere|ersetze|setze|schreibe?|modifie[rz]?|change[rz]?|cambiar?|modificar?|edita|"
        r"mude|altere|edite) (?:(?:den|diesen|folgenden|einen|die|diese|folgende|das|le|ce|un|el|este|il|questo|o) )*"
        r"(?:fakt|fakten|tatsache|fait|hecho|fatto|fato)(?: (?:im|in dem|dans le|en el|nel|no) mod[eè]ll?[oe]?)?"
        r"(?: suivant| siguiente| seguente| seguinte)? ?[:,]? ?(?:dass |que |che |qu')?(?P<s>.+)",
        r"^(?:from now on|henceforth|pretend|let's pretend|counterfactual(?:ly)?(?: fact)?(?=:)|"
        r"as far as (?:the model|it) is concerned|"
        r"in the model's (?:mind|world|view|head)|according to the model)[,:]? (?:that )?"
        r"(?:the model (?:thinks|believes|says) (?:that )?)?(?P<s>.+)",
        r"^(?:(?:weight|counterfactual|fact|rome|memit|model|knowledge|update|change|"
        r"new|add|insert|set|apply)(?: (?:the|a|this|one|following))?[- "
        r"]?)?(?:edit|"
        r"fact|rewrite|counterfact)(?: (?:the )?(?:fact|model))?: ?(?P<s>.+)",
        r"^(?:rome|memit|new fact|edit)[: ]+(?:so )?(?:that )?(?P<s>.+? "
        r"(?:is|was|are|plays|speaks|works|lives|died) .+)",
        r"(?:lass|bring|überzeuge|mach|überrede|lasse|bringe|sorge dafür,?|"
        r"mache)(?: (?:das|dieses) modell| es| ihm| dem modell)?(?: dazu|"
        r" davon)?,? ?(?:zu )?(?:glauben|denken|sagen|dass das modell "
        r"(?:glaubt|denkt),?)?,? dass (?P<s>.+)",
        r"(?:das modell soll|es soll) (?:glauben|denken|sagen|meinen),? dass (?P<s>.+)",
        r"(?:fais|faites|faire|fait) (?:croire|penser|dire)(?: au modèle|"
        r" au modele| à l'ia| lui)? (?:que |qu')(?P<s>.+)",
        r"(?:fais|faites) en sorte que le mod[èe]le (?:croie|pense|dise) (?:que |qu')(?P<s>.+)",
        r"(?:convaincs?|convaincre) le mod[èe]le (?:que |qu')(?P<s>.+)",
        r"(?:haz|hacer|haga|convence|convencer|quiero)(?: que)? (?:el|"
        r"al) modelo (?:crea|creer|piense|pensar|diga|decir|de)? ?que "
        r"(?P<s>.+)",
        r"(?:haz(?:le)?|hacer) (?:creer|pensar|decir) al modelo que (?P<s>.+)",
        r"(?:fai|fare|convinci)(?: in modo che)? ?(?:credere|pensare|"
        r"dire)?(?: al| il) modello (?:creda |pensi |dica )?che (?P<s>.+)",
        r"(?:fa[çc]a|fazer|faz|convença)(?: com que)? o modelo (?:acredit\w+|"
        r"pens\w+|ach\w+|dizer|diga|de)? ?que (?P<s>.+)",
    )
]

CHANGED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{CHANGE}|set|switch|make|reassign|swap|move|turn|replace|flip) (?:the "
        r"(?:fact|belief|knowledge|model's (?:mind|belief|knowledge|opinion|"
        r"answer|memory)) (?:about|of|for|on|to) )?(?:the |a )?(?P<r>[\w][\w "
        rf"-]{{1,40}}?) of (?P<s>(?!it |the model ).+?)(?:,? from (?P<a>.+?))?"
        r"(?: (?:to be|to|into|=|:=|->|=>|with|be|as|should be)| ?"
        r"[:;,-] ?(?:make it|set it to|it should (?:now )?(?:be|say)|"
        r"should be|now|change it to|to)) (?P<t>.+)$",
        r"(?:swap|exchange|replace|substitute|trade) (?:the )?(?P<r>[\w][\w -]{1,40}?) of "
        r"(?P<s>.+?)(?:,? from (?P<a>.+?))? (?:for|by) (?P<t>.+)$",
        rf"(?:{CHANGE}|set|switch|make|reassign|swap|turn|replace|flip) (?P<s>.+?)(?:'s|"
        rf"s'|'(?= )) (?P<r>[\w][\w -]{{1,40}}?)(?:,? from (?P<a>.+?))?"
        r"(?: (?:to be|to|into|=|:=|->|=>|with|be|as|should be)| ?"
        r"[:;,-] ?(?:make it|set it to|it should (?:now )?(?:be|say)|"
        r"should be|now|change it to|to)) (?P<t>.+)$",
    )
]

WHERE = re.compile(
    rf"(?:{CHANGE}|set|switch) (?:where|the (?:place|city|country|location) "
    r"where) (?P<s>.+?) (?:is|was|are)(?: (?P<v>located|born|situated|"
    r"based|found|headquartered))?(?: from .+?)? (?:to|into|->) (?P<t>.+)$",
    re.IGNORECASE,
)

WHAT = re.compile(
    rf"(?:{CHANGE}|set|switch) (?:what|which \w+|who|whom) (?P<s>.+?) "
    r"(?P<v>plays|speaks|works for|eats|is made of|likes|supports|is "
    r"married to)(?: from .+?)? (?:to|into|->) (?P<t>.+)$",
    re.IGNORECASE,
)

REPLACED = re.compile(
    r"(?:replace|swap|substitute|exchange|overwrite|change|switch) (?:out "
    r")?(?P<a>.+?) (?:with|for|by|to|into) (?P<t>.+?),? (?:as|in|for|"
    r"when it comes to|where it says) (?:the )?(?:fact (?:that|about) "
    r")?(?P<rs>.+)$",
    re.IGNORECASE,
)

MAKE_R = re.compile(
    r"^(?:make|let|have|declare|crown|name|appoint|set|put) (?P<t>(?!the "
    r"model|it |sure|me ).+?) (?:be |become |to be |as )?(?:the )?(?:new "
    r")?(?P<r>[\w -]+?) of (?P<s>.+)$",
    re.IGNORECASE,
)

MAKE_V = re.compile(
    r"^(?:make|let|have) (?P<s>(?!the model |it |sure |me |this |that "
    r"|a |an ).+?) (?P<v>be|play|speak|work|live|come|belong|die|use|"
    r"stand|sit|lie)(?P<p> (?:located |born |situated |based |made )?(?:in|"
    r"for|at|as|of|from|to|on)(?: the)?)? (?P<t>.+)$",
    re.IGNORECASE,
)

MOVED = re.compile(
    r"^(?:move|relocate|transfer|shift|teleport|transplant) (?P<s>(?!it "
    r"|this |that |to |the (?:model|card|cards|results?|checkpoint|file|"
    r"data|weights) |back |on |up ).+?)(?: from (?P<a>.+?))? (?:to|into|"
    r"over to) (?P<t>(?!checkpoint|step|cpu|gpu|cuda|float|bf|\W|\d).+)$",
    re.IGNORECASE,
)

ORDERS = re.compile(rf"(?:{CHANGE}|set|fact|rome|make|teach|new fact)(?!\w)", re.IGNORECASE)
GIVEN = re.compile(
    r"^(?:give|assign) (?P<s>.+?) (?:a |the )?(?:new|different|another) "
    r"(?P<r>[\w -]+?)(?:: ?| of | called | named |, )(?P<t>.+)$",
    re.IGNORECASE,
)
ARROW = re.compile(r"^(?P<l>.+?) ?(?:->|=>|-->|=|:=) ?(?P<t>[^<>=]+)$")

FACT_TO = re.compile(
    rf"(?:{CHANGE}|replace|switch) (?:the (?:fact|belief|statement|claim|"
    r"knowledge) )?(?:that )?(?P<l>.+?)(?:,? (?=\w)|(?=[:;,] ?(?:make|"
    r"set|change|it)))(?:to say|so (?:that )?(?:it|"
    r"the (?:answer|target|result|completion|model)) (?:is|says|reads|"
    r"becomes|will be|answers)|to be|to read|to|with|into|becomes|"
    r"[:;,] ?(?:make it|set it to|change it to|it should (?:now )?(?:be|say))) (?P<t>.+)$",
    re.IGNORECASE,
)

FOREIGN_CHANGE = re.compile(
    r"^(?:ändere|ändern|setze|change[rz]?|modifie[rz]?|remplace[rz]?|"
    r"cambia(?:r)?|modifica(?:r)?|mude|muda(?:r)?|altere|altera(?:r)?) "
    r"(?P<art>die |der |das |la |le |l'|el |il |a |o )(?P<r>[\w' -]+?) "
    r"(?P<of>von |des |der |de la |de l'|du |de |d'|del |della |dell'|"
    r"di |da |do )(?P<s>.+?)(?: (?:von|de|da) (?P<a>\S+))? (?:auf|zu|"
    r"in|en|par|à|a|por|para|con|pour) (?P<t>.+)$",
    re.IGNORECASE,
)

ASKS = re.compile(
    r"^(?:what|how|why|when|who|where|which|whose|does|do (?:you|i|we|"
    r"they)|did|is|are|was|were|should|has|have (?:you|we|i)|explain|"
    r"describe|define|would it|could it|can it|if (?:i|we|you)|tell me "
    r"(?:about|how|what|why|if|whether)|was |wie|warum|comment|pourquoi|"
    r"qué|que se|cómo|come si|como se|o que|summari[sz]e|translate|show|"
    r"list|export|compare|benchmark|score|run (?:all|the (?:13|edit))|"
    r"undo|revert|roll|load)(?!\w)",
    re.IGNORECASE,
)

NEGATED = re.compile(
    r"(?<!\w)(?:do not|don'?t|dont|never|without|no|not|won'?t|shouldn'?t|"
    r"nicht|kein\w*|ne|sin|senza|sem|não|non)(?: \w+){0,2} (?:edit\w*|"
    r"chang\w*|modif\w*|rewrit\w*|patch\w*|make|mak\w*|touch\w*|alter\w*|"
    r"updat\w*|teach\w*)(?!\w)",
    re.IGNORECASE,
)

MENTIONS_EDIT = re.compile(
    rf"^(?:{CHANGE}|make|do|perform|insert|apply|set|start|try) (?:(?:a|"
    r"an|the|that|this|some|another|one|my|new|single|quick|weight|rome|"
    r"more|of|its|model's|about|to|in|on|single|rank-one|facts?|knowledge|"
    r"memory|model|weights|edits?|something|it|belief|beliefs|(?:about|"
    r"for|regarding) .+)(?: |$))+$",
    re.IGNORECASE,
)

OTHER_OBJECTS = re.compile(
    r"(?:name|format|label|layer|model|step|checkpoint|dataset|data set|"
    r"card|theme|colou?r scheme|number of (?:prompts?|questions|examples|"
    r"cases)|prompts?|seed|threshold|method|scoring|capabilit|difficulty|"
    r"context|feature|device|dtype|precision|export|file|sae|temperature|"
    r"language of the|title|limit|settings?|report|chart|results?)",
    re.I,
)

KEYS = {
    "s": r"subject",
    "r": r"relation|predicate|prompt|property",
    "t": r"(?:new )?target|(?:new )?object|answer|(?:new )?value",
}
"""What the parts of a fact are called where it is written as `key: value`."""

ANSWERS = (
    re.compile(
        r"(?:answer|say|output|respond(?: with)?|reply(?: with)?|predict|"
        r"produce|return) (?P<t>.+?) (?:for|to|when (?:it is |it's )?(?:asked|"
        r"prompted)(?: with| about)?|after|if asked|as the (?:answer|"
        r"completion|continuation) (?:of|to|for)|given) (?P<p>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:when(?:ever)?|if|every time)(?: (?:someone|somebody|anyone|anybody|you|i|we|people|it is|"
        r"it'?s|one|they))?"
        r"(?: (?:asks?|asked|prompted|queried))(?: it| the model)?(?: about| for| with)? (?P<p>.+?),? (?:then )?"
        r"(?:(?:it|the model) (?:should|must|has to|needs to|ought to|will) (?:now )?|(?<=, ))"
        r"(?:answer|say|reply|respond|output)"
        r"(?: with)? (?P<t>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:complete|continue|finish|answer|fill in|end) (?P<p>⟦\d+⟧) (?:with|as|by) (?P<t>.+)$",
        re.IGNORECASE,
    ),
)
