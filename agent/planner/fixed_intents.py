"""Intents that have words of their own: help, explaining, undoing, watching, context, data, export."""

import re

from agent.planner.denied import GIVEN_UP
from agent.planner.edit_intents import EDIT_QUALITY
from agent.planner.edit_words import EDIT_WORD
from agent.planner.edits import forbids_edits
from agent.planner.explaining import explains
from agent.planner.meant_wishes import CERTAIN
from agent.planner.name_intents import LOADS
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.statements import facts

_I = re.IGNORECASE

_IF = re.compile(
    r"^(?:what (?:happens?|will happen|would happen) to .{3,40} (?:when|if|after|once)|what (?:would|"
    r"will|happens?|might|if)(?: happen)?(?: if)?(?= "
    r"i| we| you| one| the)|how (?:do|would|can|could|should|might) (?:i|"
    r"one|we|you)(?: go about)? (?:edit|change|make the model|teach|rewrite|"
    r"patch)|how to (?:edit|change|rewrite|patch)|is it possible to|should "
    r"i (?:edit|change))(?!\w)",
    _I,
)

_THINKS = re.compile(
    r"^(?:does|do|did|would|what does|where does|who does) (?:the model|"
    r"it|gpt\S*|this model|this thing|the lm) (?:still |really |now |"
    r"actually )?(?:think|believe|say|know)(?: that)? (?P<s>(?!which |what ).+)$",
    _I,
)

_ROLLBACK = re.compile(
    r"(?<!\w)(?:undo|un-?do|roll(?:ing)?[- ]?back|rollback|revert|un-?edit|"
    r"reverse (?:that|the|it|my|this)|restore|take (?:that|it|this|the "
    r"edit|the last edit) back|take back (?:that|the|my)|"
    r"(?:change|set|turn|switch) (?:it|that|this|the fact) back(?! to [A-Z])|put (?:the (?:original "
    r"|old )?(?:weights|fact|model)|it|everything) back|get rid of (?:that|"
    r"the|my|this) (?:\w+ )?(?:edit|change)|"
    r"(?:cancel|discard|remove|drop|delete|scrap|kill|reset|nuke|throw "
    r"(?:away|out)|back out(?: of)?|forget(?: about)?) (?:(?:that|the|this|my|last|"
    r"latest|weight|all|any|those|active|previous|committed) )*(?:edits?|"
    r"change|modification|rome)|back to (?:the )?(?:original|unedited|"
    r"pre-edit|clean|pristine)(?: weights| model)?|go back to (?:the "
    r")?(?:original|unedited|how it was)|unedited (?:model|weights)(?: "
    r"back| again| please)|before the edit(?! (?:benchmark|test)))(?!\w)",
    _I,
)

_WATCH = re.compile(
    r"(?<!\w)(?:watch(?:ing)?|keep (?:an eye on|watching|benchmarking|"
    r"testing|scoring)|monitor|tail|poll|stand guard|guard|follow)(?!\w).*|"
    r"(?:each|every|any|all)(?: (?:new|fresh|future|upcoming|incoming|"
    r"saved))* (?:checkpoints?|ckpts?|step)[^?]*(?:appears?|lands?|arrives?|"
    r"shows? up|comes?|is (?:saved|written)|drops?|gets? (?:saved|written)|"
    r"automatically|finish\w*)|"
    r"(?:whenever|every time|each time|as soon as|when(?:ever)? a new|"
    r"auto(?:matically)?|as (?:they|it|checkpoints?|new ones) (?:appear|"
    r"come|land|arrive|drop|train|get)).*(?:checkpoints?|appear|lands?|"
    r"arrives?|come in|trains?|saved|written)|new checkpoints?",
    _I,
)

_WATCHED = re.compile(
    r"checkpoint|ckpt|training|train|run|folder|watch(?:ing)?[.!]?$|director|step|progress", _I
)

_EXPORT = re.compile(
    r"(?<!\w)(?:export\w*|save|download|dump|write|store|convert|turn|"
    r"share|put|give me|gimme|send|want|need|have|get|make|produce|render|"
    r"output|print|shove|hand|as|in|into|to|generate|create|spit out|"
    r"report)(?!\w)",
    _I,
)

_EXPORT_VERB = re.compile(
    r"(?<!\w)(?:export\w*|save|saving|download|dump|write (?:it|this|"
    r"that|the|out|everything|results?|down)|store|share|convert)(?!\w)",
    _I,
)

_CONTEXT = re.compile(
    r"(?<!\w)(?:what(?:'s| is|s)?(?: \w+){0,4} (?:loaded|in memory|active|"
    r"open|in use)|(?:is|are)(?: there)? (?:\w+ ){0,4}(?:loaded|active|"
    r"in memory)|show (?:me )?(?:the |my |current |session )*(?:context|"
    r"status|state)|^(?:status|context|state|dtype|device|precision|where am i|where are we)\??$|"
    r"(?:which|what) (?:(?:model|sae|dtype|device|checkpoint|step|data ?set|precision|weights|edits?)"
    r"(?:,? (?:and|or|&) "
    r"(?:which |what )?|, ))+(?:model|sae|dtype|device|checkpoint|step|data ?set|precision|weights|edits?)|"
    r"which (?:model|checkpoint|step|sae|data ?set|device|dtype|precision) (?:is (?:this|"
    r"it|loaded|that|active|currently|in use)|am i|are we|do (?:i|we) "
    r"have)|"
    r"what (?:model|checkpoint|step|sae|data ?set|device|dtype|precision) "
    r"(?:is (?:this|it|loaded|that|active|currently|in use|the)|am i|"
    r"are we|do (?:i|we) have)|(?:current|loaded) (?:model|checkpoint|"
    r"step|sae|state|context|status|setup|session)(?: (?:and|is).*)?\??$|"
    r"(?:session|current) (?:context|status|info|state)|what am i (?:looking "
    r"at|working (?:on|with)|using)|(?:active|pending) edits?|what(?:'s|"
    r" is) (?:my|the|our) (?:current )?(?:context|state|status|setup|"
    r"session)|where are we|currently loaded|(?:is|are) (?:any|the) edits? "
    r"(?:still )?(?:active|applied|on))(?!\w)",
    _I,
)

_HELP = re.compile(
    r"^(?:help(?: me| please| pls)?|\?+|hi+|hello+|hey+|hiya|yo|howdy|"
    r"greetings|good (?:morning|evening|afternoon|day)|hi there|hey there|"
    r"hello there|hallo|hola|bonjour|ciao|ol[áa]|salut|moin|sup|thanks?|"
    r"thank you|thx|cheers|usage|commands?|manual|instructions please|"
    r"what can (?:you|i|this|it|benchwright)(?: \w+){0,4}|what (?:kinds? of |sorts? of |sort of "
    r")?things can you \w+|"
    r"what do you do|who are you|what are you|how (?:do|can) i (?:use|start|get started|"
    r"begin)(?: \w+){0,4}|how does (?:this|it|benchwright|all this) work|"
    r"what is (?:this|benchwright)(?: \w+)?|(?:show|list)(?: me)?(?: "
    r"the| all| available)* (?:commands|options|capabilities|examples)|"
    r"which capabilities (?:can|do|are).*|what (?:capabilities|benchmarks|"
    r"methods|skills|measures|metrics|scores|tests) (?:can|do|are|does|exist).*|"
    r"(?:what (?:are|is)|show me|list) (?:your|the available|all "
    r"your) (?:features|commands|functions|options|abilities|tools|skills|capabilities)(?: ?(?:/|and|or|,) "
    r"?\w+)*|what (?:are my options|else "
    r"can you do|should i (?:type|ask|do)).*|i'?m (?:lost|new here|stuck|"
    r"confused)|i need help|can you help(?: me)?|how are you(?: doing)?(?: "
    r"today)?|nice to meet you|aide|hilfe|ayuda|aiuto|ajuda)[ .!?]*$",
    _I,
)


_DO_MY_TASK = re.compile(
    r"^(?:(?:please|can you|could you|would you|hey),? )*(?:summari[sz]e|"
    r"translate|write|compose|solve|answer|rewrite|proofread|paraphrase) "
    r"(?:me |us )?(?:this|the following|my|the (?:article|text|sentence|"
    r"email|document|paragraph)|\"|'|(?:an?|some) (?!report|file|csv|"
    r"markdown|html|json|png|chart|full|short|test|suite|benchmark|"
    r"set|few|bunch|prompt|card)\w+)|^(?:translate|summari[sz]e|rewrite|proofread)(?: (?:in)?to \w+)? ?: ",
    re.IGNORECASE,
)
"""The assistant is asked to do itself what only the loaded model is asked to do, in suites."""


OF_THE_MODEL = re.compile(
    r"(?<!\w)(?:its|(?:the|this|my) (?:model|checkpoint|thing)'s)(?= (?!formula|definition|meaning))", _I
)


def of_a_column(reading: Reading, view: SessionView) -> bool:
    """Whether something is to be measured on a column of the data (`the KL of category`)."""
    return any(wish.topic in view.columns for wish in reading.wishes)


def fixed(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Intents with words of their own."""
    text = reading.unquoted
    if _HELP.match(text.strip()):
        return "help"
    if _IF.match(text) and not reading.features.numbers:
        return "help"
    if _DO_MY_TASK.match(text):
        return "clarify"
    if (
        forbids_edits(text)
        and not GIVEN_UP.search(text)
        and not (reading.wishes or reading.features.numbers or reading.named or _CONTEXT.search(text))
    ):
        return "clarify"
    if (thinks := _THINKS.match(text.strip(" ?."))) and facts(thinks["s"]):
        return "clarify"
    if not reading.mentions and not reading.names and not reading.features.numbers and _states(text):
        return "clarify"
    if (explains(reading) and not of_a_column(reading, view)) or (
        likely["explain"] > 0.6
        and not OF_THE_MODEL.search(text)
        and re.match(r"^(?:how|what|explain|describe|define|why do you)(?!\w)", text, _I)
        and not any(wish.likely and wish.likely >= CERTAIN for wish in reading.wishes)
        and reading.mentions
        and not reading.features.numbers
        and not reading.steps
        and not view.last_card
    ):
        return "explain"
    if GIVEN_UP.search(text) and (EDIT_WORD.search(text) or view.last_edit) and not reading.wishes:
        return "rollback_edit"
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
    ) and not (
        re.search(r"new checkpoint", text, _I)
        and not re.search(
            r"watch|monitor|each|every|whenever|any|as |auto|when|keep|eye|"
            r"poll|wait|future|upcoming|until",
            text,
            _I,
        )
    ):
        return "watch_checkpoints"
    if (
        _CONTEXT.search(text)
        and not reading.mentions
        and not re.match(
            r"^(?:please |can you |now )*(?:run|benchmark|test|evaluate|assess|"
            r"score|measure|how good|load|sweep|export|compare)(?!\w)",
            text,
            _I,
        )
    ):
        return "show_context"
    if (
        EDIT_WORD.search(text)
        and EDIT_QUALITY.search(text)
        and reading.paths
        and not _EXPORT_VERB.search(text)
    ):
        return "run_edit_benchmarks"
    if reading.paths and _OPENS_IT.search(reading.rest) and _IS_DATA.search(reading.paths[0]):
        return "load_dataset"
    if reading.format and not _DATA_ONLY.search(text) and not reading.features.numbers and not reading.wishes:
        loads = LOADS.match(text) and not re.match(r"^(?:get|put|download)(?!\w)", text, _I)
        if (
            not loads or re.search(r"(?<!\w)as (?:an? )?(?:\w+ )?(?:html|csv|json|markdown|md|png)", text, _I)
        ) and (
            _EXPORT.search(text)
            or re.match(
                r"^(?:an? |the |one )?(?:\w+ )?(?:html|csv|json|markdown|md|png|picture|image|spreadsheet|web ?page)"
                r"(?:,? (?:please|pls|of|with|for|now|file|report|version|export|would)(?!\w)|[.!?]*$)",
                text,
                _I,
            )
            or len(text.split()) <= 3
        ):
            return "export"
    if (
        _EXPORT_VERB.search(text)
        and not reading.wishes
        and not re.search(r"(?<!\w)(?:checkpoint|model|weights) (?:to|in|as)", text, _I)
        and not reading.edit_benchmarks
    ):
        return "export"
    return None


_OPENS_IT = re.compile(
    r"(?<!\w)(?:open|load|read|import|ingest|pull|take|bring|get|look at|inspect|use|fetch)(?: up| in)? "
    r"(?:it|this|that|them|these|those|that one|the (?:file|thing|data|csv|table|lot))(?: (?:in|up|please|now|for me|"
    r"then))*(?!\w)",
    _I,
)
_IS_DATA = re.compile(r"\.(?:csv|tsv|jsonl?|parquet|arrow|txt|xlsx)(?:\.gz)?$", _I)
_DATA_ONLY = re.compile(
    r"^(?:load|open|read|import|inspect|look at|ingest|use) |(?<!\w)as (?:the )?(?:data|data ?set)(?!\w)", _I
)


def _states(text: str) -> bool:
    """Whether a fact is stated or asked about, so that `capital` and `language` in it are no sub-types."""
    sentence = re.sub(
        r"^.*?(?:is it true that|true or false:?|i (?:think|believe|read|heard) that) ", "", text, flags=_I
    )
    sentence = re.sub(r"^is (\S+) (the .+? of)", r"\1 is \2", sentence.strip(" ?."), flags=_I)
    if re.match(
        r"(?:how|what|which|does|do|can|could|is|are|test|check|run|measure|benchmark)(?!\w)", sentence, _I
    ):
        return False
    stated = facts(sentence)
    return stated is not None and stated.subject[:1].isupper() and stated.target[:1].isupper()
