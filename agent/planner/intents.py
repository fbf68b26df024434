"""Which intent a clause has: telling words and recognised names first, retrieval for everything else."""

import re

from agent.planner.edits import forbids_edits
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.statements import facts

_I = re.IGNORECASE
_MEANING = re.compile(
    r"(?<!\w)(?:means?|meaning|stands? for|definition|define|defined|formula|explain(?! (?:the )?(?:low|bad|poor|drop|failures?))|explanation|(?:is|are|was|get|gets|do you|does it|being) (?:\w+ )?(?:computed|calculated|compute|calculate|worked out|derived|normali[sz]ed|scored|measured|defined|graded)|difference between|how (?:(?:does|do) .{2,60} work|(?!it |this |that |well ).{2,60} works)|"
    r"comput(?:e|ed|ation|ing)|calculat(?:e|ed|ion)|tell me (?:more )?about|teach me|what (?:on earth )?(?:is|are) (?:a|an) |describe|where does .+ come from|how should i (?:read|interpret)|how to (?:read|interpret)|which paper|pass(?:ing)? thresholds?|what counts as|threshold (?:for|of)|caveats?|what'?s the (?:idea|point|logic) (?:behind|of)|eli5|in plain (?:english|words))(?!\w)",
    _I,
)
_WHAT_IS = re.compile(
    r"^(?:(?:so|and|ok(?:ay)?|hey|um+),? )*(?:what(?:'s| is| are|s| the hell is| exactly is)|wtf is|whats|que es|meaning of|define|explain)(?: exactly)? (?:the |a |an |this |meant by )*(?P<x>[^?]+?)(?: again| exactly| anyway| here| score| scores| scoring| method| benchmark| metric| measure)* ?\??$",
    _I,
)
_IF = re.compile(
    r"^(?:what (?:would|will|happens?|might|if)(?: happen)?(?: if)?(?= i| we| you| one| the)|how (?:do|would|can|could|should|might) (?:i|one|we|you)(?: go about)? (?:edit|change|make the model|teach|rewrite|patch)|how to (?:edit|change|rewrite|patch)|is it possible to|should i (?:edit|change))(?!\w)",
    _I,
)
_THINKS = re.compile(
    r"^(?:does|do|did|would|what does|where does|who does) (?:the model|it|gpt\S*|this model|this thing|the lm) (?:still |really |now |actually )?(?:think|believe|say|know)(?: that)? (?P<s>.+)$",
    _I,
)
_CONCEPTS = re.compile(
    r"(?<!\w)(?:(?:95 ?%? )?(?:confidence )?intervals?|wilson|bootstrap|mcnemar|holm|miller[- ]madow|overall(?: score)?|chance(?: level)?|suite(?: hash)?|sub-?types?|unscored|readings?|diagnostic triple|triple|weight edit(?:s|ing)?|rome|rank[- ]one|memit|sae|sparse autoencoders?|saes|latents?|features?|"
    r"regression panel|(?:95 )?ci|p[- ]values?|tie|verdict|ablation|kl|entropy|score of \d+|context|capabilit(?:y|ies)|dimensions?|cards?|dead feature|polysemantic(?:ity)?|monosemantic(?:ity)?|superposition|covariance|validation loop|probes?|ledger|editing|edits?|edit benchmarks?|interpscore|cka|logprobs?|scoring methods?|methods?)(?!\w)",
    _I,
)
_ROLLBACK = re.compile(
    r"(?<!\w)(?:undo|un-?do|roll(?:ing)?[- ]?back|rollback|revert|un-?edit|reverse (?:that|the|it|my|this)|restore|take (?:that|it|this|the edit|the last edit) back|take back (?:that|the|my)|put (?:the (?:original |old )?(?:weights|fact|model)|it|everything) back|get rid of (?:that|the|my|this) (?:\w+ )?(?:edit|change)|"
    r"(?:cancel|discard|remove|drop|delete|scrap|kill|reset|nuke|throw (?:away|out)|back out(?: of)?|forget) (?:(?:that|the|this|my|last|latest|weight|all|any|those|active|previous|committed) )*(?:edits?|change|modification|rome)|back to (?:the )?(?:original|unedited|pre-edit|clean|pristine)(?: weights| model)?|go back to (?:the )?(?:original|unedited|how it was)|unedited (?:model|weights)(?: back| again| please)|before the edit(?! (?:benchmark|test)))(?!\w)",
    _I,
)
_WATCH = re.compile(
    r"(?<!\w)(?:watch(?:ing)?|keep (?:an eye on|watching|benchmarking|testing|scoring)|monitor|tail|poll|stand guard|guard|follow)(?!\w).*|(?:each|every|any|all)(?: (?:new|fresh|future|upcoming|incoming|saved))* (?:checkpoints?|ckpts?|step)[^?]*(?:appears?|lands?|arrives?|shows? up|comes?|is (?:saved|written)|drops?|gets? (?:saved|written)|automatically|finish\w*)|"
    r"(?:whenever|every time|each time|as soon as|when(?:ever)? a new|auto(?:matically)?|as (?:they|it|checkpoints?|new ones) (?:appear|come|land|arrive|drop|train|get)).*(?:checkpoints?|appear|lands?|arrives?|come in|trains?|saved|written)|new checkpoints?",
    _I,
)
_WATCHED = re.compile(
    r"checkpoint|ckpt|training|train|run|folder|watch(?:ing)?[.!]?$|director|step|progress", _I
)
_EXPORT = re.compile(
    r"(?<!\w)(?:export\w*|save|download|dump|write|store|convert|turn|share|put|give me|gimme|send|want|need|have|get|make|produce|render|output|print|shove|hand|as|in|into|to|generate|create|spit out|report)(?!\w)",
    _I,
)
_EXPORT_VERB = re.compile(
    r"(?<!\w)(?:export\w*|save|saving|download|dump|write (?:it|this|that|the|out|everything|results?|down)|store|share|convert)(?!\w)",
    _I,
)
_RELABEL = re.compile(
    r"(?<!\w)(?:re-?label\w*|rename|re-?name|label (?:\w+ )*(?:wrong|bad|off|misleading|nonsense|incorrect)\W.*(?:fix|change|redo|update|correct|improve)|(?:new|better|fresh|proper|different|improved|more accurate|another|good|nicer) (?:label|name|description)s?|(?:fix|improve|redo|update|correct|change|propose|suggest|find|rewrite|come up with|try) (?:(?:its|the|a|that|this) )?(?:label|name)s?|^label (?:feature|f?\d+|it|that|this))(?!\w)",
    _I,
)
_SWEEP = re.compile(r"(?<!\w)(?:sweep\w*|scan(?:ning)?|screen)(?!\w)", _I)
_SCORING = re.compile(
    r"(?<!\w)(?:score|rank|evaluate|benchmark|run|test|compute|measure|check|rate|triple|go (?:through|over)|process|analy[sz]e|diagnose|batch|calculate|do)(?!\w)",
    _I,
)
_LISTING = re.compile(
    r"(?<!\w)(?:which|list|show|what|find|any|give|filter|exclude|how many|display|see|get|where are|are there|identify|name|tell|pull up|top|bring up|drop|remove|hide|only)(?!\w)",
    _I,
)
_FEATURE_WORD = re.compile(
    r"(?<!\w)(?:features?|latents?|neurons?|feats?|ones|directions|merkmale|caract\w+|caratteristic\w+)(?!\w)",
    _I,
)
_EDIT_WORD = re.compile(
    r"(?<!\w)(?:edit(?:s|ed|ing)?|rewrite|weight change|rome update|fact change|(?:new|edited) fact)(?!\w)",
    _I,
)
_EDIT_QUALITY = re.compile(
    r"(?<!\w)(?:how (?:good|well|clean|robust|solid|bad|local|deep|reliable|successful|durable)|good|any good|hold|held|stick|stuck|stay|take|took|work(?:ed|ing)?|success\w*|evaluate|benchmark\w*|bench|test\w*|check|score|assess|measure|quality|side[- ]effects?|collateral|damage|break|broke|broken|harm|wreck\w*|disturb\w*|mess(?:ed)? up|survive\w*|robust|local|clean|generali[sz]\w*|characteri[sz]e|verify|validate|leak|bleed|suite|probes?|rate|grade|judge|spill\w*|ruin\w*|hurt|shallow|sound)(?!\w)",
    _I,
)
_REGRESSIONS = re.compile(
    r"(?<!\w)(?:regress\w*|got(?:ten)? (?:any )?worse|get(?:ting)? (?:any )?worse|getting better|got(?:ten)? better|anything (?:get|got|become) worse|become worse|became worse|best (?:step|checkpoint|ckpt)|(?:which|what) (?:step|checkpoint|ckpt)s? (?:is|was|are|were|has|had|did|does|scored|performed|looks?|do)|over (?:the )?(?:course of )?(?:training|time|steps|(?:the )?checkpoints|the run)|(?:across|by|per) (?:all )?(?:the )?(?:steps?|checkpoints)(?! \d)|"
    r"during training|throughout training|training curve|learning curve|forget(?:ting|s|ten)?|evolv\w+|develop(?:ed|ment|s)|progress(?:ed|ion|es)?|trend(?:s|ing)?|peak(?:ed)?|improv(?:ed|ing) (?:since|over|during)|history over|lost since|losing|plateau\w*|backwards)(?!\w)",
    _I,
)
_FALLS = re.compile(
    r"(?<!\w)(?:drop(?:s|ped|ping)?|decline[ds]?|degrad\w+|deteriorat\w+|worse|fell|falling|sank|slipp\w+)(?!\w)",
    _I,
)
_TRAINING = re.compile(
    r"(?<!\w)(?:since|training|steps?|checkpoints?|ckpts?|which capabilit\w+|run|trained|trains|fine-?tun\w+)(?!\w)",
    _I,
)
_CARDS = re.compile(
    r"(?<!\w)(?:(?:list|show|see|display|all|my|previous|past|earlier|old|which|what|what's in|browse|overview of|any|other) (?:\w+ ){0,3}(?:cards|results|runs|benchmarks (?:have|did|we|i)|scores so far|evaluations)(?: (?:so far|do i have|have i|did we|did i|we (?:have|ran)|yet|from|of))?|^cards$|^history$|(?:have|did) (?:we|i) (?:\w+ )?(?:measured?|run|ran|benchmarked?|tested?|scored?|done|do|evaluated?)(?: (?:so far|before|today|already|yet))?|measured so far)(?!\w)",
    _I,
)
_CONTEXT = re.compile(
    r"(?<!\w)(?:what(?:'s| is|s)?(?: \w+){0,4} (?:loaded|in memory|active|open|in use)|(?:is|are)(?: there)? (?:\w+ ){0,4}(?:loaded|active|in memory)|show (?:me )?(?:the |my |current |session )*(?:context|status|state)|^(?:status|context|state|where am i|where are we)\??$|which (?:model|checkpoint|step|sae|data ?set|device) (?:is (?:this|it|loaded|that|active|currently|in use)|am i|are we|do (?:i|we) have)|"
    r"what (?:model|checkpoint|step|sae|data ?set|device|dtype|precision) (?:is (?:this|it|loaded|that|active|currently|in use|the)|am i|are we|do (?:i|we) have)|(?:current|loaded) (?:model|checkpoint|step|sae|state|context|status|setup|session)(?: (?:and|is).*)?\??$|(?:session|current) (?:context|status|info|state)|what am i (?:looking at|working (?:on|with)|using)|(?:active|pending) edits?|what(?:'s| is) (?:my|the|our) (?:current )?(?:context|state|status|setup|session)|where are we|currently loaded|(?:is|are) (?:any|the) edits? (?:still )?(?:active|applied|on))(?!\w)",
    _I,
)
_HELP = re.compile(
    r"^(?:help(?: me| please| pls)?|\?+|hi+|hello+|hey+|hiya|yo|howdy|greetings|good (?:morning|evening|afternoon|day)|hi there|hey there|hello there|hallo|hola|bonjour|ciao|ol[áa]|salut|moin|sup|thanks?|thank you|thx|cheers|usage|commands?|manual|instructions please|what can (?:you|i|this|it|benchwright)(?: \w+){0,4}|what do you do|who are you|what are you|how (?:do|can) i (?:use|start|get started|begin)(?: \w+){0,4}|how does (?:this|it|benchwright|all this) work|what is (?:this|benchwright)(?: \w+)?|(?:show|list)(?: me)?(?: the| all| available)* (?:commands|options|capabilities|examples)|which capabilities (?:can|do|are).*|what (?:capabilities|benchmarks|methods|skills) (?:can|do|are|does).*|what (?:are my options|else can you do|should i (?:type|ask|do)).*|i'?m (?:lost|new here|stuck|confused)|i need help|can you help(?: me)?|how are you(?: doing)?(?: today)?|nice to meet you|aide|hilfe|ayuda|aiuto|ajuda)[ .!?]*$",
    _I,
)
_LOW = re.compile(
    r"(?<!\w)(?:low|lower|bad|badly|poor|poorly|weak|weakest|terrible|awful|horrible|worst|fail\w*|wrong|mistakes?|errors?|miss(?:ed|es)?|suck\w*|tank\w*|drag\w*|struggl\w*|losing points|lost points|break(?: \w+){0,4} down|breakdown|broken down|drill\w*|dig(?:ging)?|zoom in|detail(?:s|ed)?|inspect|look (?:closer|into)|behind|so (?:low|bad|poor|few|little)|only \d+|that (?:low|bad|score)|trouble|disappoint\w*|crap(?:py)?|abysmal|meh|underperform\w*|per[- ]sub-?type|by sub-?type|sub-?type (?:scores|breakdown)|(?:bad|wrong) (?:ones|answers|cases)|problematic|not (?:higher|better)|bombed?|flop\w*|mess(?:ed)? up|screw(?:ed)? up|got (?:them )?wrong|go(?:es|ing)? wrong|went wrong)(?!\w)",
    _I,
)
_WHY = re.compile(
    r"(?<!\w)(?:why|how come|what(?:'s| is| was|s)? (?:wrong|dragging|behind|causing|going on|the (?:matter|problem|deal|issue))|what went wrong|what(?:'s|s)? up with|where (?:does|did|is|are)|what (?:did|does) it (?:get|fail|struggle|miss)|which (?:\w+ )?(?:cases|questions|prompts|ones|sub-?types?|items|problems)|reason for|explain (?:the|that|this|why)|break|drill|dig|zoom|show|inspect|look (?:closer|into)|cause|details?|per sub|by sub|sub-?type|worst|list|what)(?!\w)",
    _I,
)
_COMPARE = re.compile(
    r"(?<!\w)(?:compar\w*|versus|vs\.?|against|head[- ]to[- ]head|side by side|next to|stack(?:s)? up|measure up|differ(?:s|ence)?|better than|worse than|beats?|which (?:one )?is (?:better|best|worse)|who wins|(?:is|are) \S+ (?:\w+ )?(?:better|worse|stronger|weaker)|relative to|paired|same (?:\w+ ){0,3}(?:on|for|with|at|against|using)|rank (?:these|the|them|those|models)|contrast|on the same (?:suite|prompts|card|questions|set)|also on|how did|how does \S+ do)(?!\w)",
    _I,
)
_SAME = re.compile(
    r"(?<!\w)(?:same|again|it|that|this|re-?run|repeat|redo|card|suite|once more|those|them|also|too|as well|what about|how about|and (?:for|on|at|with)?)(?!\w)",
    _I,
)
_AGAIN = re.compile(
    r"(?<!\w)(?:again|re-?do|re-?run|re-?test|re-?peat|same|once more|one more time|another (?:go|run|round|try)|over again|double|triple|halve|half|twice|just|only|this time|instead|but|more (?:prompts|questions|cases|examples)|fewer|less|bigger|larger|smaller|longer|now|with \d+|w/ ?\d+|make it|make that|try|harder|easier|worst|weakest|lowest|without|except|bump|increase|up it|scale|crank|raise|ones|restrict|limit|narrow|scope|focus|and|what about|how about|again with|\d+ (?:prompts|questions|cases|examples))(?!\w)",
    _I,
)
_BENCH = re.compile(
    r"(?<!\w)(?:bench\w*|test\w*|eval\w*|measur\w*|score|assess\w*|how good|how well|how bad|how strong|good at|run|check|perform\w*|quiz|probe|rate|card|capabilit\w*|skills?|suite|try|decent|any good|strong|capable)(?!\w)",
    _I,
)
_LOAD = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|then|let'?s|let me|let us|can you|could you|can we|could we|i want to|i'?d like to|i would like to|we should|also|go ahead and|i'?ll|i need to) )*(?:load|use|switch(?: over)?(?: back)?(?: to)?|open|change(?: (?:the )?\w+)? to|go (?:back )?to|jump(?: back)? to|move(?: back)? to|take|select|pick|swap(?: in)?(?: to)?|bring (?:in|up)|read|import|attach|inspect|look at|work with|start with|point (?:it |me )?(?:at|to)|set (?:the )?(?:model|checkpoint|step|sae|data ?set)|mount|fetch|download|get|put|grab|ingest|use|back to|pull(?: up| in)?|let me see|analy[sz]e|fire up|boot|activate|return to|fall back to|checkout|check out|hop to)(?!\w)",
    _I,
)
_SAE = re.compile(
    r"(?<!\w)(?:saes?(?:[-_ ]?lens)?|gemma-?scope\S*|llama-?scope\S*|sparse auto-?encoder|autoencoder|dictionary)(?!\w)",
    _I,
)
_DATA = re.compile(r"(?<!\w)(?:data ?sets?|data|csv|jsonl|parquet|corpus|spreadsheet|table)(?!\w)", _I)
_CHECKPOINT = re.compile(
    r"(?<!\w)(?:checkpoints?|ckpts?|training run|runs?|steps?|training folder)(?!\w)", _I
)


def explains(reading: Reading) -> bool:
    """Whether the clause asks what a measure means rather than for its value."""
    text = reading.unquoted
    if reading.features.numbers or reading.features.referred or (reading.steps and not _MEANING.search(text)):
        return False
    if re.search(
        r"explain (?:why|the (?:low|bad|poor|drop))|^why|context|what(?:'s| is) (?:loaded|the (?:capital|weather|time|date|meaning of life))",
        text,
        _I,
    ):
        return False
    about = bool(
        reading.methods
        or reading.scores
        or reading.edit_benchmarks
        or reading.named
        or reading.mentions
        or _CONCEPTS.search(reading.rest)
        or reading.reading
    )
    if (
        _MEANING.search(text)
        and about
        and not re.match(r"^(?:calculate|compute|measure|score|work out)(?!\w)", text, _I)
    ):
        return not re.search(
            r"(?<!\w)(?:this model|the model's|its (?!formula|definition|meaning)|checkpoint's)(?!\w)",
            text,
            _I,
        ) or bool(re.search(r"(?<!\w)(?:mean|means|stand for|formula)", text, _I))
    if (
        about
        and re.match(
            r"^what (?:does|do|did|would) .+ (?:measure|test|check|tell|score|capture|say|do|show|quantify)s?(?: (?:me|us|exactly|here))*\W*$",
            text,
            _I,
        )
        and not re.search(r"(?<!\w)(?:model|it|gpt\S*)(?!\w)", reading.rest, _I)
    ):
        return True
    asked = _WHAT_IS.match(text)
    if not asked:
        return False
    measure = bool(
        reading.methods or reading.scores or reading.edit_benchmarks or reading.named or reading.reading
    )
    capability = any(
        f.text.lower() == asked["x"].strip().lower() for f in reading.mentions
    ) and not re.search(r"(?<!\w)scores?(?!\w)", text, _I)
    return (measure or capability or bool(_CONCEPTS.fullmatch(asked["x"].strip()))) and not re.search(
        r"(?<!\w)(?:its|this|that|current|loaded|best|worst)(?!\w)", asked["x"], _I
    )


def decided(reading: Reading, view: SessionView, likely: dict[str, float]) -> tuple[str, float]:
    """The intent of a clause without an edit in it, and how sure that is (0 to 1)."""
    for rule in (_fixed, _of_features, _of_edits, _of_names, _of_cards):
        if (intent := rule(reading, view, likely)) is not None:
            return intent, _blend(intent, likely)
    intent = max(likely, key=lambda name: likely[name])
    return intent, likely[intent] * 0.95


def _blend(intent: str, likely: dict[str, float]) -> float:
    """A rule's word counts for much; retrieval agreeing makes it more, disagreeing strongly makes it less."""
    return min(
        0.99, 0.72 + 0.27 * likely[intent] - 0.1 * max(0.0, max(likely.values()) - likely[intent] - 0.5)
    )


def _fixed(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Intents with words of their own."""
    text = reading.unquoted
    if _HELP.match(text.strip()):
        return "help"
    if _IF.match(text) and not reading.features.numbers:
        return "help"
    if forbids_edits(text) and not (
        reading.wishes or reading.features.numbers or reading.named or _CONTEXT.search(text)
    ):
        return "clarify"
    if (thinks := _THINKS.match(text.strip(" ?."))) and facts(thinks["s"]):
        return "clarify"
    if explains(reading) or (
        likely["explain"] > 0.6
        and re.match(r"^(?:how|what|explain|describe|define|why do you)(?!\w)", text, _I)
        and reading.mentions
        and not reading.features.numbers
        and not reading.steps
        and not view.last_card
    ):
        return "explain"
    if (
        _ROLLBACK.search(text)
        and not reading.wishes
        and not re.search(r"(?<!\w)(?:how good|benchmark|checkpoint|step \d)", text, _I)
    ):
        return "rollback_edit"
    if (
        _WATCH.search(text)
        and _WATCHED.search(text)
        and not re.search(r"^(?:load|switch|compare|go to|benchmark the new checkpoint$)", text, _I)
        and not reading.steps
    ):
        if not (
            re.search(r"new checkpoint", text, _I)
            and not re.search(
                r"watch|monitor|each|every|whenever|any|as |auto|when|keep|eye|poll|wait|future|upcoming|until",
                text,
                _I,
            )
        ):
            return "watch_checkpoints"
    if (
        _CONTEXT.search(text)
        and not reading.mentions
        and not re.match(
            r"^(?:please |can you |now )*(?:run|benchmark|test|evaluate|assess|score|measure|how good|load|sweep|export|compare)(?!\w)",
            text,
            _I,
        )
    ):
        return "show_context"
    if (
        _EDIT_WORD.search(text)
        and _EDIT_QUALITY.search(text)
        and reading.paths
        and not _EXPORT_VERB.search(text)
    ):
        return "run_edit_benchmarks"
    if reading.format and not _DATA_ONLY.search(text) and not reading.features.numbers and not reading.wishes:
        loads = _LOAD.match(text) and not re.match(r"^(?:get|put|download|use|take)(?!\w)", text, _I)
        if (
            not loads or re.search(r"(?<!\w)as (?:an? )?(?:\w+ )?(?:html|csv|json|markdown|md|png)", text, _I)
        ) and (_EXPORT.search(text) or len(text.split()) <= 3):
            return "export"
    if (
        _EXPORT_VERB.search(text)
        and not reading.wishes
        and not re.search(r"(?<!\w)(?:checkpoint|model|weights) (?:to|in|as)", text, _I)
        and not reading.edit_benchmarks
    ):
        return "export"
    return None


_DATA_ONLY = re.compile(
    r"^(?:load|open|read|import|inspect|look at|ingest|use) |(?<!\w)as (?:the )?(?:data|data ?set)(?!\w)", _I
)


def _of_features(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Intents about SAE features."""
    text, features = reading.unquoted, reading.features
    pointed = bool(features.numbers or features.referred)
    if _RELABEL.search(text) and (
        features.numbers
        or features.referred
        or view.last_feature is not None
        or re.search(r"feature|latent|label", text, _I)
    ):
        listing = not features.numbers and re.search(
            r"(?<!\w)(?:which|list|show|what|that need|needing|with (?:bad|wrong))(?!\w)", text, _I
        )
        return (
            "list_features"
            if listing and re.search(r"features|latents|neurons|ones", text, _I)
            else "relabel_feature"
        )
    if _SWEEP.search(text) and (
        features.numbers
        or features.every
        or _FEATURE_WORD.search(text)
        or _SAE.search(text)
        or reading.top
        or len(text.split()) <= 3
        or reading.scores
    ):
        return "sweep_features"
    if features.every and not features.numbers:
        if reading.reading and _LISTING.search(text):
            return "list_features"
        if _SCORING.search(text) or reading.scores:
            return "sweep_features"
        return "list_features" if _LISTING.search(text) else "sweep_features"
    if re.search(r"(?<!\w)rank(?:ing)?(?!\w)", text, _I) and re.search(
        r"(?<!\w)(?:features|latents)(?!\w)", text, _I
    ):
        return "sweep_features"
    if features.numbers:
        if _LISTING.match(text) and reading.reading and len(features.numbers) > 1:
            return "list_features"
        return "score_feature"
    plural = re.search(r"(?<!\w)(?:features|latents|neurons|feats)(?!\w)", text, _I)
    if reading.reading and (
        plural
        or (re.search(r"(?<!\w)ones(?!\w)", text, _I) and _LISTING.search(text) and not view.last_card)
        or re.match(
            r"^(?:list|show|which are)(?: me)?(?: the| all)* (?:dead|mislabell?ed|ideal|decorative|polysemantic|uncertain)",
            text,
            _I,
        )
    ):
        return "list_features"
    if plural and (reading.top is not None or _LISTING.search(text)) and not reading.wishes:
        return "list_features" if not re.search(r"^(?:score|rank)", text, _I) else "sweep_features"
    if view.context == "data_inspection" and reading.wishes:
        return None
    if (features.referred and not _SAE.fullmatch(text)) or (
        reading.scores and _singular(text) and not reading.mentions
    ):
        return "score_feature"
    if (
        reading.scores
        and not pointed
        and view.last_feature is not None
        and not reading.wishes
        and not reading.edit_benchmarks
        and not view.last_edit
    ):
        return "score_feature"
    return None


def _singular(text: str) -> bool:
    return bool(re.search(r"(?<!\w)(?:feature|latent|neuron)(?!\w)", text, _I))


def _of_edits(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """The edit benchmarks."""
    text = reading.unquoted
    if reading.thirteen:
        return "run_edit_benchmarks"
    strong = [f for f in reading.edit_benchmarks if f.text.lower() not in _WEAK_EDIT_WORDS]
    if strong and not reading.wishes:
        return "run_edit_benchmarks"
    about_edit = _EDIT_WORD.search(text)
    if (
        about_edit
        and (_EDIT_QUALITY.search(text) or reading.edit_benchmarks)
        and not reading.wishes
        and not re.search(r"(?<!\w)edited model(?!\w)", text, _I)
    ):
        if not re.match(r"^(?:what|how) (?:does|do|is|are) (?:editing|an edit|edits|weight edit)", text, _I):
            return "run_edit_benchmarks"
    if about_edit and strong:
        return "run_edit_benchmarks"
    if reading.edit_benchmarks and view.last_edit and not reading.wishes and not view.last_card:
        return "run_edit_benchmarks"
    if (
        view.last_edit
        and not view.last_card
        and not reading.wishes
        and re.search(
            r"^how (?:robust|clean|local|solid|deep|reliable|durable) is (?:it|that)|^(?:how (?:good|well|bad)|did (?:it|that)|does (?:it|that)|was (?:it|that)|is (?:it|that)|any (?:side|collateral)|what did (?:it|that) break)\b.*(?:hold|stick|work|take|good|generali|side effects?|damage|break|survive|clean|robust|go)",
            text,
            _I,
        )
    ):
        return "run_edit_benchmarks"
    return None


_WEAK_EDIT_WORDS = frozenset(
    "generalization generalisation generalize generalise generalizes generalises generalized generalised memorized memorised memorization memorisation retention ripple ripples collapse collapses unrelated facts multi-hop multihop portable preservation locality snr".split()
    + [
        "unrelated facts",
        "unrelated knowledge",
        "multi hop",
        "multi-hop reasoning",
        "long-form",
        "long form",
        "multi-hop inference",
    ]
)


def _of_names(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """What has a name of its own: standardised benchmarks, models, checkpoints, SAEs, data."""
    text = reading.unquoted
    if reading.named and not reading.wishes:
        return "run_named_benchmark"
    loads = bool(_LOAD.match(text))
    compares = bool(_COMPARE.search(text)) and bool(reading.models or reading.steps or reading.paths)
    if (
        loads
        and not reading.wishes
        and not compares
        and not re.match(
            r"^(?:try|use|get|take|put|look at|inspect) .*(?:same|that suite|again|prompts?)(?!\w)", text, _I
        )
        and not reading.named
    ):
        if _SAE.search(text) or re.search(r"(?<![a-z])sae(?![a-z])", " ".join(reading.paths), _I):
            return "load_sae"
        data = any(
            p.lower().endswith((".csv", ".tsv", ".jsonl", ".parquet", ".json", ".arrow", ".txt", ".xlsx"))
            for p in reading.paths
        )
        if data or (_DATA.search(reading.rest) and not re.search(r"(?<!\w)model(?!\w)", text, _I)):
            return "load_dataset"
        if (
            reading.steps
            or any("checkpoint" in p.lower() or "ckpt" in p.lower() for p in reading.paths)
            or (_CHECKPOINT.search(reading.rest) and not reading.models)
        ):
            return "load_checkpoint"
        if reading.models or (reading.paths and not reading.format):
            return "load_model"
        if re.search(r"(?<!\w)models?(?!\w)", text, _I):
            return "load_model"
        word = re.match(r"^(?:please )?(?:load|switch to|open)(?: up)? (?P<x>\S+)$", text.strip(" .!"), _I)
        if word and not re.fullmatch(
            r"it|that|this|up|one|another|something|everything|stuff|card|cards|results?", word["x"], _I
        ):
            return "load_model" if view.context != "data_inspection" else "load_dataset"
    return None


def _of_cards(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Benchmarks of capabilities, comparisons, drill-downs, regressions and lists of cards."""
    text = reading.unquoted
    others = bool(reading.models or reading.steps)
    if _CARDS.search(text) and not reading.wishes and not others and not _LOW.search(text):
        return "list_cards"
    if others and _COMPARE.search(text) and not re.search(r"(?<!\w)regress", text, _I):
        several = len(reading.models) + len(reading.steps) > 1
        if (
            several
            or not reading.wishes
            or re.search(
                r"(?<!\w)(?:same|compar\w*|vs\.?|versus|against|better than|worse than|beats?)(?!\w)",
                text,
                _I,
            )
        ):
            return "compare"
    if re.search(
        r"^(?:now |please )*compare(?!\w)|(?<!\w)compar\w*(?!\w).*(?<!\w)(?:checkpoints|steps|models?)(?!\w)",
        text,
        _I,
    ):
        return "compare"
    if others and view.last_card and not reading.wishes and _SAME.search(text) and not _WHY.match(text):
        return "compare"
    if re.search(r"(?<!\w)same(?!\w)", text, _I) and others and not reading.wishes:
        return "compare"
    falls = _FALLS.search(text) and _TRAINING.search(text)
    if (_REGRESSIONS.search(text) or falls) and not (
        view.last_card
        and view.context != "training_monitor"
        and _WHY.match(text)
        and not re.search(r"training|step|checkpoint|regress", text, _I)
    ):
        if not (
            re.match(r"^(?:why|how come)", text, _I)
            and not re.search(r"regress|training|checkpoint|step", text, _I)
        ) and not re.match(r"^(?:load|switch|go to|benchmark|test|drop )", text, _I):
            if re.search(
                r"regress|evolv|develop|progress|worse|better|best|over|across|during|throughout|curve|forget|trend|peak|since|training|checkpoint|step|declin|degrad|deteriorat|by|per|dropped|losing|backwards|drops?",
                text,
                _I,
            ):
                return "show_regressions"
    if (
        _LOW.search(text)
        and _WHY.search(text)
        and not re.search(r"(?<!\w)\d+ (?:prompts|questions)", text, _I)
    ):
        fits = view.last_card is not None or re.match(
            r"^(?:why|how come|what|where|which|break|drill|show|dig|zoom|explain|sub|worst|inspect|look|details?|more)",
            text,
            _I,
        )
        if (
            fits
            and not re.match(r"^(?:how (?:bad|good|low)|is (?:it|this))", text, _I)
            and not (view.last_card is None and likely["drill_down"] < 0.15)
            and not re.search(r"(?:re-?run|test|benchmark|again)(?!\w)", text, _I)
        ):
            return "drill_down"
    if re.match(r"^(?:why|how come|what(?:'s| is) (?:wrong|up) with)(?!\w)", text, _I) and (
        view.last_card or reading.mentions
    ):
        return "drill_down"
    if re.match(
        r"^(?:please |now |can you |could you )*(?:benchmark|bench|evaluate|eval|test|assess|score|measure)(?!\w)",
        text,
        _I,
    ) and (reading.models or reading.steps):
        return "run_benchmark"
    if reading.wishes and not _elsewhere(reading, likely):
        return "run_benchmark"
    if (
        view.last_card
        and re.search(r"(?<!\w)(?:worst|weakest|lowest)(?!\w)", text, _I)
        and re.search(r"(?<!\w)(?:re-?run|again|test|\d+)(?!\w)", text, _I)
    ):
        return "run_benchmark"
    if (
        view.last_feature is not None
        and not view.last_card
        and re.match(
            r"^(?:and |what about |how about )?(?:this|that) (?:one|feature)\??$|^(?:(?:and|what about|how about|same for|also|now) )*[f#]?\d+\??$",
            text.strip(),
            _I,
        )
    ):
        return "score_feature"
    if (
        view.last_card
        and _AGAIN.search(text)
        and likely["clarify"] < 0.6
        and max(likely, key=lambda n: likely[n])
        in (
            "run_benchmark",
            "clarify",
            "compare",
            "drill_down",
            "load_checkpoint",
            "list_cards",
            "list_features",
            "export",
            "score_feature",
            "help",
        )
    ):
        if re.search(
            r"(?<!\w)(?:\d+|again|redo|re-?run|re-?do|repeat|harder|easier|double|halve|triple|twice|more prompts|fewer|same|once more|ones|instead|worst|without|except|just|only|crank|bump)(?!\w)",
            text,
            _I,
        ):
            return "run_benchmark"
    if (
        re.search(r"(?<!\w)(?:bench(?:mark)?|evaluate|test|assess|score|eval|how good is)(?!\w)", text, _I)
        and re.search(
            r"(?<!\w)(?:it|this|that|model|checkpoint|step|thing|default|everything|standard|full|gpt\S*|loaded|one|overall|capabilit\w+)(?!\w)",
            text,
            _I,
        )
        and likely["run_benchmark"] > 0.3
    ):
        return "run_benchmark"
    return None


def _elsewhere(reading: Reading, likely: dict[str, float]) -> bool:
    """Whether the capability is named only in passing: retrieval is sure of an intent that has no capability."""
    best = max(likely, key=lambda name: likely[name])
    if best in ("run_benchmark", "run_named_benchmark", "edit_fact"):
        return False
    if best in ("clarify", "help"):
        text = reading.unquoted
        commands = re.match(
            r"^(?:translate|summari[sz]e|write|code|calculate|compute|add|multiply|solve|tell me|who|where|when|play|what is \d)(?!\w)",
            text,
            _I,
        )
        return likely[best] > (0.45 if commands and not _BENCH.search(text) else 0.93)
    return likely[best] > 0.85 and likely["run_benchmark"] < 0.05
