"""Which intent a clause about capabilities has: benchmark, comparison, drill-down, regressions, list of cards."""

import re

from agent.planner.answers import ITS_WORDS
from agent.planner.background import tells
from agent.planner.capabilities import counts_in, difficulty_in
from agent.planner.dimensions import excluded
from agent.planner.follow_ups import in_card
from agent.planner.meant_wishes import CERTAIN
from agent.planner.plan import SessionView
from agent.planner.reading import Reading
from agent.planner.regression_intents import regresses

_I = re.IGNORECASE


_CARDS = re.compile(
    r"(?<!\w)(?:(?:list|show|see|display|all|my|previous|past|earlier|"
    r"old|which|what|what's in|browse|overview of|any|other) (?:\w+ ){0,3}(?:cards|"
    r"results|runs|benchmarks (?:have|did|we|i)|scores so far|evaluations)(?: "
    r"(?:so far|do i have|have i|did we|did i|we (?:have|ran)|yet|from|"
    r"of))?|^cards$|^history$|"
    r"(?:history|overview|list) of (?:\w+ ){0,3}(?:benchmarks|runs|cards|scorecards|results|"
    r"evaluations|evals|scores)|"
    r"(?:have|did) (?:we|i) (?:\w+ )?(?:measured?|"
    r"run|ran|benchmarked?|tested?|scored?|done|do|evaluated?)(?: (?:so "
    r"far|before|today|already|yet))?|measured so far)(?!\w)",
    _I,
)

_LOW = re.compile(
    r"(?<!\w)(?:fall(?:s|ing)? short|fell short|stumbl\w*|slip(?:s|ped)? up|weak spots?|shortcomings?|low|"
    r"lower|bad|badly|poor|poorly|weak|weakest|terrible|"
    r"awful|horrible|worst|fail\w*|wrong|mistakes?|errors?|miss(?:ed|"
    r"es)?|suck\w*|tank\w*|drag\w*|struggl\w*|losing points|lost points|"
    r"break(?: \w+){0,4} down|breakdown|broken down|drill\w*|dig(?:ging)?|"
    r"zoom in|detail(?:s|ed)?|inspect|look (?:closer|into)|behind|so "
    r"(?:low|bad|poor|few|little)|only \d+|that (?:low|bad|score)|trouble|"
    r"disappoint\w*|crap(?:py)?|abysmal|meh|underperform\w*|per[- ]sub-?type|"
    r"by sub-?type|sub-?type (?:scores|breakdown)|(?:bad|wrong) (?:ones|"
    r"answers|cases)|problematic|not (?:higher|better)|bombed?|flop\w*|"
    r"mess(?:ed)? up|screw(?:ed)? up|got (?:them )?wrong|go(?:es|ing)? "
    r"wrong|went wrong|(?:take|pick|pull|tear)(?: \w+){1,4} apart|responsible|to blame|culprits?|at fault|"
    r"(?:its|the|their) (?:replies|answers|outputs|responses|generations|completions)(?= (?:to|on|for|in)(?!\w))|"
    r"pull(?:s|ing|ed)? (?:\w+ ){1,3}down)(?!\w)",
    _I,
)

_WHY = re.compile(
    r"(?<!\w)(?:why|how come|what(?:'s| is| was|s)? (?:wrong|dragging|"
    r"behind|causing|going on|the (?:matter|problem|deal|issue))|what "
    r"went wrong|what(?:'s|s)? up with|where(?: exactly| precisely)? (?:does|did|is|are)|what "
    r"(?:did|does) it (?:get|fail|struggle|miss)|which (?:\w+ )?(?:cases|"
    r"questions|prompts|ones|sub-?types?|items|problems)|reason for|explain "
    r"(?:the|that|this|why)|break|drill|dig|zoom|show|see|view|read|who|inspect|look (?:closer|"
    r"into)|apart|cause|details?|per sub|by sub|sub-?type|worst|list|what)(?!\w)",
    _I,
)

COMPARE = re.compile(
    r"(?<!\w)(?:compar\w*|versus|vs\.?|against|head[- ]to[- ]head|side "
    r"by side|next to|stack(?:s)? up|measure up|differ(?:s|ence)?|better "
    r"than|worse than|beats?|which (?:one )?is (?:better|best|worse)|"
    r"who wins|(?:is|are) \S+ (?:\w+ )?(?:better|worse|stronger|weaker)|"
    r"relative to|paired|same (?:\w+ ){0,3}(?:on|for|with|at|against|"
    r"using)|rank (?:these|the|them|those|models)|contrast|on the same "
    r"(?:suite|prompts|card|questions|set)|also on|how did|how does \S+ "
    r"do)(?!\w)",
    _I,
)

_SAME = re.compile(
    r"(?<!\w)(?:now (?:on|for|at|with)|same|again|it|that|this|re-?run|repeat|redo|card|suite|"
    r"once more|those|them|also|too|as well|what about|how about|and "
    r"(?:for|on|at|with)?)(?!\w)",
    _I,
)

_AGAIN = re.compile(
    r"(?<!\w)(?:again|re-?do|re-?run|re-?test|re-?peat|same|once more|"
    r"one more time|another (?:go|run|round|try)|over again|double|triple|"
    r"halve|half|twice|just|only|this time|instead|but|more (?:prompts|"
    r"questions|cases|examples)|fewer|less|bigger|larger|smaller|longer|"
    r"now|with \d+|w/ ?\d+|make it|make that|try|harder|easier|worst|"
    r"weakest|lowest|without|except|bump|increase|up it|scale|crank|raise|"
    r"ones|restrict|limit|narrow|scope|focus|and|what about|how about|"
    r"again with|\d+ (?:prompts|questions|cases|examples))(?!\w)",
    _I,
)

_BENCH = re.compile(
    r"(?<!\w)(?:bench\w*|test\w*|eval\w*|measur\w*|score|assess\w*|how "
    r"good|how well|how bad|how strong|good at|run|check|perform\w*|quiz|"
    r"probe|rate|card|capabilit\w*|skills?|suite|try|decent|any good|"
    r"strong|capable)(?!\w)",
    _I,
)


def of_cards(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Benchmarks of capabilities, comparisons, drill-downs, regressions and lists of cards."""
    text = reading.unquoted
    others = bool(reading.models or reading.steps)
    if _CARDS.search(text) and not reading.mentions and not others and not _LOW.search(text):
        return "list_cards"
    if _WHOLE.match(text) and not reading.mentions:
        return "run_benchmark"
    if excluded(reading.rest) and re.search(
        r"(?<!\w)(?:rest|everything|all|others?|re-?run|again)(?!\w)", text, _I
    ):
        return "run_benchmark"
    if others and COMPARE.search(text) and not re.search(r"(?<!\w)regress", text, _I):
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
    if (
        len(reading.wishes) > 1
        and not others
        and not reading.paths
        and re.match(r"^(?:(?:now|please|can you|could you) )*(?:compare|contrast)(?!\w)", text, _I)
        and not re.search(r"(?<!\w)(?:checkpoints?|steps?|models)(?!\w)", text, _I)
    ):
        return "run_benchmark"
    if re.search(
        r"^(?:now |please )*compare(?!\w)|(?<!\w)compar\w*(?!\w).*(?<!\w)(?:checkpoints|steps|models?)(?!\w)",
        text,
        _I,
    ):
        return "compare"
    if (
        others
        and view.last_card
        and not reading.wishes
        and (_SAME.search(text) or len(text.split()) < 4)
        and not re.match(r"(?:load|open|use|take|switch|go|back)(?!\w)", text, _I)
        and not re.match(r"why|how come", text, _I)
    ):
        return "compare"
    if re.search(r"(?<!\w)same(?!\w)", text, _I) and others and not reading.wishes:
        return "compare"
    if regresses(reading, view):
        return "show_regressions"
    if _LOW.search(text) and _WHY.search(text) and not _scopes(reading):
        fits = view.last_card is not None or re.match(
            r"^(?:why|how come|what|where|which|break|drill|show|dig|zoom|"
            r"explain|sub|worst|inspect|look|details?|more)",
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
    if view.last_card and not others and ITS_WORDS.search(text) and not _scopes(reading):
        return "drill_down"
    if view.last_card and tells(text) and _LOW.search(text) and not _scopes(reading) and not others:
        return "drill_down"  # `ouch, that is a terrible score`
    if re.match(
        r"^(?:why|how come|what(?:'s| is) (?:wrong|up) with|what happened "
        r"(?:in|with|to|on|at|there))(?!\w)",
        text,
        _I,
    ) and (view.last_card or reading.mentions):
        return "drill_down"
    if re.match(
        r"^(?:please |now |just |can you |could you )*(?:benchmark|bench|evaluate|"
        r"eval|test|assess|score|measure|(?:run|do|give me|make|get me) (?:the |a |an |your |our |full "
        r"|whole )*(?:card|"
        r"benchmark|suite|eval\w*|tests?|scores?))(?!\w)",
        text,
        _I,
    ) and (reading.models or reading.steps):
        return "run_benchmark"
    if reading.wishes and not _elsewhere(reading, likely):
        return "run_benchmark"
    if (
        view.last_card
        and reading.methods
        and re.match(
            r"^(?:(?:and|but|now|please|then) )*(?:use|using|with|try|score|"
            r"by|switch|take)(?!\w)",
            text,
            _I,
        )
    ):
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
            r"^(?:and |what about |how about )?(?:this|that) (?:one|feature)\??$|"
            r"^(?:(?:and|then|ok|so|next|what about|how about|(?:the |do the )?same (?:for|with|on)|"
            r"also|now|please),? )*"
            r"[f#]?\d+(?:(?:, ?| and | & |,? and )[f#]?\d+)*(?: too| as well| please| next)?[?.!]*$",
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
        in ("run_benchmark", "clarify", "list_features", "score_feature", "help")
    ) and re.search(
        r"(?<!\w)(?:\d+|again|redo|re-?run|re-?do|repeat|harder|easier|"
        r"double|halve|triple|twice|more prompts|fewer|same|once more|"
        r"ones|instead|worst|without|except|just|only|crank|bump)(?!\w)",
        text,
        _I,
    ):
        return "run_benchmark"
    if view.last_card and (_scopes(reading) or in_card(view.last_card, reading.rest)):
        return "run_benchmark"
    if (
        re.search(r"(?<!\w)(?:bench(?:mark)?|evaluate|test|assess|score|eval|how good is)(?!\w)", text, _I)
        and re.search(
            r"(?<!\w)(?:it|this|that|model|checkpoint|step|thing|default|"
            r"everything|standard|full|gpt\S*|loaded|one|overall|capabilit\w+)(?!\w)",
            text,
            _I,
        )
        and likely["run_benchmark"] > 0.3
    ):
        return "run_benchmark"
    return None


_WHOLE = re.compile(
    r"^(?:please |now |just )*(?:benchmark|bench|test|run|evaluate|eval|measure|score|try) "
    r"(?:everything(?! in)|"
    r"the lot|the works|it all|all (?:that |of )?(?:you|it|capabilit|skills)|"
    r"(?:it|this|this one|(?:the|this|my) (?:model|checkpoint|thing))(?: please| now)?[.!]?$)|"
    r"^(?:please |now |just |can you |could you )*(?:run|do|give me|start|make|i want|i'd like) (?:the "
    r"|a |your |our )*"
    r"(?:usual|standard|default|normal|regular|typical|ordinary|basic)(?: (?:thing|card|suite|"
    r"benchmarks?|set|stuff|"
    r"tests?|routine|check|run|evals?|evaluation|battery))(?: (?:on|for|with) |[.!]?$)",
    _I,
)
_CASES = re.compile(
    r"(?<!\w)(?:why|how come|worst|fail\w*|wrong|mistakes?|errors?|missed|cases?|examples?)(?!\w)", _I
)


def _scopes(reading: Reading) -> bool:
    """Whether a number of prompts or a difficulty asks for a new run, not for a look at the old one."""
    said = counts_in(reading.rest) or difficulty_in(reading.rest)
    return bool(said) and not _CASES.search(reading.unquoted)


def _elsewhere(reading: Reading, likely: dict[str, float]) -> bool:
    """Whether the capability is named only in passing: retrieval is sure of an intent that has no capability."""
    best = max(likely, key=lambda name: likely[name])
    if best in ("run_benchmark", "run_named_benchmark", "edit_fact"):
        return False
    if any(wish.likely and wish.likely >= CERTAIN for wish in reading.wishes):
        return False
    if best in ("clarify", "help"):
        if reading.foreign:
            return False  # the embedding knows English only
        text = reading.unquoted
        commands = re.match(
            r"^(?:translate|summari[sz]e|write|code|calculate|compute|add|"
            r"multiply|solve|(?:re-?)?train|fine-?tune|quanti[sz]e|deploy|upload|prune|merge|"
            r"distil\w*|tell me|who|where|when|play|what is \d)(?!\w)",
            text,
            _I,
        )
        if any(wish.n_prompts for wish in reading.wishes):
            return False
        if any(wish.likely for wish in reading.wishes):
            return likely[best] > 0.5
        return likely[best] > (0.45 if commands and not _BENCH.search(text) else 0.93)
    return likely[best] > 0.6 and likely["run_benchmark"] < 0.15
