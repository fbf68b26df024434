"""Edits asked for as a fact and what is to be done to it: `X is in Y. Make it Z.`, `X is in Y; write that in`."""

import re

from agent.planner.edit_cues import CHANGE, MODEL
from agent.planner.edit_forms import Restored, Unclear, rewritten
from agent.planner.fact import Fact, bare
from agent.planner.frames import cores
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.statements import facts
from agent.planner.unknowns import filled_in

_I = re.IGNORECASE
_SHALL = r"(?:should|must|ought to|has to|have to|needs? to|shall|is to)"
_FACT = r"(?:the |this |that )?(?:fact|statement|belief|claim|association|knowledge|idea)"
_ORDERED = re.compile(
    rf"(?:please |now |go |try )*(?:{CHANGE}|edit|overwrit|rewrit|chang|replac|manipulat)(?:ing)?(?: "
    rf"{_FACT})?(?: that)?:? (?P<old>.+)$|"
    rf"{_FACT} that (?P<told>.+?)(?:(?: {_SHALL})? (?:be |get )?(?:chang|edit|rewrit|updat|overwrit|"
    rf"replac)\w*)?$",
    _I,
)
"""The fact as it is, with words that ask for it to be changed."""
_SEPARATOR = re.compile(
    r"(?: ?[,.;:!?]| -+| [–—])(?: (?:but|and|so|now|please|instead|rather|from now on,?))* (?=\w)| but (?=\w)",
    _I,
)
_SAY = (
    r"(?:say|answer|state|claim|respond|reply|output|think|believe|tell (?:me|us|people|users)|read|"
    r"complete it)(?: with)?"
)
_NEW = (
    rf"(?:i|we)(?:'d| would)? (?:really |rather |now )*(?:want|like|love|need|prefer|wish) (?:for "
    rf")?{MODEL} to (?:now |rather |instead )*{_SAY}",
    rf"(?:please )?(?:let|have|make|get) {MODEL} (?:to )?(?:now |rather |instead )*{_SAY}",
    rf"{MODEL} {_SHALL} (?:now |rather |instead )*{_SAY}",
)
_AS_MODEL = re.compile(rf"(?:{'|'.join(_NEW)}) (?:that )?(?P<t>[^,;]+?)(?P<instead>,? instead)?[.!]?$", _I)
_AS_THING = re.compile(
    rf"(?:it|he|she|they|that|this|the (?:new |right )?(?:answer|target|value|object))(?: {_SHALL}|'s| "
    rf"is)(?: now| rather| instead| really)* "
    rf"(?:(?:be|have been|become|say|read|[a-z]+)(?: (?:located|based|situated|born|made|written|for|"
    rf"in|at|by|from|the|a|an))* )?(?P<t>[^,;]+?)(?:,? instead)?[.!]?$|"
    rf"(?:please )?(?:make|set|change|turn|switch|rewrite|put|place|move|locate) (?:it|that|this|him|her|them)"
    rf"(?: (?:to|into|be|say|as|in|at|the|a|an))* (?P<u>[^,;]+?)(?:,? instead)?[.!]?$|"
    rf"(?:to|say|now|use|with) (?P<w>[^,;]+?)(?:,? instead)?[.!]?$|"
    r"(?-i:(?P<x>[A-ZÀ-Þ][^,;.]*?)),? (?:from now on|instead|now|henceforth)[.!]?$",
    _I,
)
_DO_IT = re.compile(
    r"(?:please |now |so |then |and )*(?:(?:edit|change|update|fix|apply|commit)(?: (?:it|that|this|"
    r"the model|that in|accordingly|the fact))?|"
    r"(?:write|put|burn|bake|store|commit|save|edit|hard-?code|encode|build|patch|inject|insert) "
    r"(?:this|that|it|the above|this fact|that fact) (?:in ?to|in|to) (?:the |its |your )?"
    r"(?:model'?s? )?(?:weights|model|memory|network|parameters|mlp|it(?=[.!]?$)))(?: please| now| for me)*[.!]?",
    _I,
)
"""An order to edit that points back at the fact before it."""
_NO_TARGET = re.compile(
    r"(?:so|too|also|exactly|true|likewise|just|as well|the same|that|this|it)(?: .*)?", _I
)
"""Words that point back and are no new target (`let it believe exactly that`)."""
_MAKE_IT_SO = re.compile(
    rf"(?:please |now |so |then |and |just |also |i(?:'d| would)? (?:like|want|need) you to )*(?:"
    rf"(?:make|let|have) (?:this|that|it|the above|this fact|that fact) (?:be |become |hold |come )*"
    rf"(?:so|true|real|the case|the truth|a fact|fact|happen|stick)(?: (?:for|in|inside|to|within) {MODEL})?|"
    rf"(?:let|make|have|get|teach|tell|inform|convince|persuade) {MODEL} (?:to |of |about |really |now |just )*"
    rf"(?:(?:believe|think|say|know|accept|learn|hold|assume) )?(?:exactly |just |precisely )?"
    rf"(?:so|that|this|it|the same)|let {MODEL} know|"
    rf"(?:i|we)(?:'d| would)? (?:like|want|need) (?:this|that|it) to (?:be|become|hold) "
    rf"(?:so|true|real|the case|a fact)"
    rf"(?: (?:for|in|inside|to) {MODEL})?|"
    rf"(?:i|we)(?:'d| would)? (?:like|want|need) {MODEL} to (?:really |now |also )*(?:believe|think|say|"
    rf"know|accept|learn) "
    rf"(?:so|that|this|it)|"
    rf"(?:that|this|it)(?:'s| is) what (?:i|we) (?:want|need) {MODEL} to (?:believe|think|say|know|learn)|"
    rf"{MODEL} (?:should|must|shall|is to|has to) (?:believe|think|say|know|learn) (?:so|that|this|it)|"
    rf"(?:write|put|edit|burn|bake|patch|commit|hard-?code|insert|inject) (?:this|that|it|this fact|"
    rf"that fact)(?: in)?|(?:edit|change|update) (?:it |that |this |the model )?accordingly"
    rf")(?: (?:please|now|for me|too|as well|from now on))*[.!]?",
    _I,
)
"""An order to have the model hold the fact before it (`Make that true for the model.`)."""
_WISHED = re.compile(rf" {_SHALL} ", _I)
_ASKING = re.compile(
    r"(?:(?:can|could|would|will) (?:you|we) (?:please |kindly |maybe )?|please |now |so |then )+", _I
)
_PRETENDED = re.compile(
    r"(?:,| -+| [–—]|\.\.+)? ?\(?(?:(?:let'?s|let us|we|i)(?: just| all)? (?:pretend|say|suppose|"
    r"assume|imagine)|(?:just )?pretending|says (?:me|i)|for the sake of (?:argument|it|the (?:test|study|demo)))"
    r"(?: so| that)?\)?[.!]?$",
    _I,
)
"""What is said behind a fact that is only pretended (`X is in Y, let's pretend`)."""


def contrasted(body: str, restored: Restored) -> Fact | Unclear | None:
    """`change the fact that Rome is in Italy, it should be in Spain`, `X is in Paris. Let it say Rome instead`."""
    for cut in _SEPARATOR.finditer(body):
        before, after = body[: cut.start()].strip(), body[cut.end() :].strip()
        ordered = _ORDERED.match(before)
        old = restored(next((g for g in ordered.groups() if g), "") if ordered else before)
        if said := _AS_MODEL.match(after):
            if not (ordered or said["instead"] or facts(old)):
                continue
            new = said["t"]
        elif ordered and (said := _AS_THING.match(after)):
            new = next(group for group in said.groups() if group)
        else:
            continue
        new = restored(cores(new)[0])
        if _NO_TARGET.fullmatch(new) or (not can_be_subject(bare(new)[0]) and not facts(new)):
            continue
        if was := facts(old):
            if was.prompt.endswith(" by") and old.lower().startswith(was.target.lower()):
                return Unclear(f"Should {new} stand in the place of {was.target} or of {was.subject}?")
            return rewritten(old, new)
        if ordered and is_named(new) and (fact := filled_in(old, new)):
            return fact
    return None


def is_declared(sentence: str) -> bool:
    """Whether `sentence` is a fact put as one, of something with a name: nothing asked, wished or told of others."""
    fact = facts(sentence)
    return fact is not None and (is_named(fact.subject) or fact.prompt.startswith("The "))


def pointed_back(body: str) -> str | None:
    """The fact of `The Louvre is in Rome. Write that into the weights.`; None where nothing points back at one."""
    for cut in _SEPARATOR.finditer(body):
        before, after = body[: cut.start()].strip(), _ASKING.sub("", body[cut.end() :].strip(), count=1)
        before = _PRETENDED.sub("", before)
        into = re.search(r"(?:in ?to|in|to) ", after)
        if _MAKE_IT_SO.fullmatch(after) and is_declared(before):
            return before
        if _DO_IT.fullmatch(after) and (into or _WISHED.search(before)):
            return re.sub(r"(?<!from) now (?=[a-z])", " ", before)
    return None
