"""The last edit once more with another target: `same edit but with Rome`, `not Seattle, I wanted Dublin`."""

import re

from agent.planner.capabilities import matches, mentions
from agent.planner.catalogue import patterns
from agent.planner.edit_cues import LEAD, opens_question
from agent.planner.fact import Fact, bare, made_fact
from agent.planner.frames import cores
from agent.planner.names import models
from agent.planner.noun_phrases import can_be_subject, is_named
from agent.planner.plan import SessionView

_I = re.IGNORECASE
_CORRECTS = re.compile(
    r"(?<!\w)(?:(?:the )?same(?= (?:with|but|for|edit|to|,))|one more time|same (?:edit|fact|one|thing|"
    r"subject|prompt|relation|again)|(?:edit|do|try|redo|repeat|apply|make|run) (?:it |that |the "
    r"(?:last |same )?edit )?(?:again|once more)|"
    r"again|once more|redo|re-?edit|repeat|another try|instead|rather|wrong (?:\w+)|i (?:actually |"
    r"really )?(?:meant|wanted|said|want|mean)|"
    r"not [A-Z⟦]|new target|different target|(?:the|its|other|another) target|actually|correct (?:it|"
    r"that|the edit)|should have been|(?:make|set|change|switch|turn) (?:it|that|this)|"
    r"(?:use|take|try|go (?:for|with)|say|pick)(?= (?-i:[A-ZÀ-Þ]))|oops|no,|nope|better|(?:is|was) wrong|"
    r"rather|keep (?:the )?(?:subject|prompt)|(?:change|set|"
    r"update|switch) (?:the |its |that edit's |the edit's )?(?:target|object)|as (?:the )?(?:new )"
    r"?target|now (?:say|try|use|make|with|to|do))",
    _I,
)
_T = r"(?P<t>[^,;.!?]+?)"
_END = (
    r"(?: (?:this time(?: around| round)?|there|now|again|as (?:the |its |a )?(?:new )?(?:target|object|"
    r"answer)|for "
    r"(?:that|the|this) edit))*$"
)
_TARGETS = tuple(
    re.compile(form, _I)
    for form in (
        rf"(?:target|object|answer|completion|value)(?: of (?:the|that|this|my) (?:last )?edit)?(?: from "
        rf"\S+(?: \S+)?(?= (?:to|into|as) ))?,? ?(?:(?:should|must|needs to|has to|ought to|shall) )"
        rf"?(?:now |rather )?(?:have been|to be|be|is|to|=|:|as|into)? ?{_T}{_END}",
        rf"(?<!\w)i(?:'d)? (?:actually |really |rather )?(?:have|meant|wanted|said|want|mean|need|prefer|"
        rf"asked for|was thinking of)(?: to say)? (?:it to be )?{_T}{_END}",
        rf"(?:it|that|this) (?:should|must|ought to|has to|needs to) (?:rather )?(?:have been|be) "
        rf"{_T}{_END}|should have been {_T.replace('<t>', '<u>')}{_END}",
        rf"(?:make|set|change|switch|edit|turn|update|redo|correct|re-?edit) (?:it|that|this|the (?:last |"
        rf"same )?edit)(?: again)?,?(?: this time)? ?(?:to be|to|into|be|as|with|for)? {_T}{_END}",
        rf"(?:^|(?:, |but )(?:not \S+,? )?)(?:it's |it is )?{_T} (?:is (?:what )?)?(?:i|we) (?:actually |"
        rf"really )?(?:meant|wanted|said|mean|"
        rf"want)(?: to (?:say|write|type))?$",
        rf"[,;:–-] ?(?:but |and |now )*(?:in |to |at |as )?{_T} this time(?: around| round)?$",
        rf"(?<!\w)(?:with|to|use|using|try|take|for|but|now|say|into|put) (?:the )?(?-i:new |different )"
        rf"?(?:target )?{_T}{_END}",
    )
)
_SWAPPED = (
    r"(?:replace|swap|change|exchange|switch) {old} (?:with|for|by|to|into) (?P<t>[^,;.!?]+?)"
    r"(?: (?:in|of|for) (?:that|the|this|my|the last) edit)?$"
)
_LEADING = re.compile(
    r"^(?:(?:again|with|to|for|as|use|be|that|in|at|by|say|target|the target|should be|(?-i:new|"
    r"different)|it|is) )+",
    _I,
)
_INTERJECTED = re.compile(
    r"^(?:(?:hm+|no|nope|nah|oops|sorry|wait|ah|ok(?:ay)?|actually|well|and|now)[,!.:]* )+", _I
)
_DISMISSED = re.compile(
    r"^(?:(?:no|nope|oops|sorry|wait|hm+)[,!.]? )*(?:not|wasn't|isn't) [^,;.]+?(?:,| but|;|\.| -) ?", _I
)


def corrected_edit(text: str, view: SessionView) -> Fact | None:
    """The last edit with the target that `text` names in place of its own; None where it names none."""
    edit = view.last_edit
    if edit is None or not edit.subject or not edit.prompt or opens_question(LEAD.sub("", text, count=1)):
        return None
    if len(text.split()) > 22 or (view.last_card and not _about_edits(text)):
        return None
    old = edit.target or ""
    if old and (swapped := re.search(_SWAPPED.format(old=re.escape(old)), text, _I)):
        return _retargeted(edit.subject, edit.prompt, old, swapped["t"])
    if not _CORRECTS.search(text):
        return None
    for core in cores(text):
        rest = _DISMISSED.sub("", _INTERJECTED.sub("", core))
        bare_target = rest if rest != core and len(rest.split()) <= 3 else ""
        for form in _TARGETS:
            if (match := form.search(rest)) and (
                fact := _retargeted(
                    edit.subject, edit.prompt, old, match["t"] or match.groupdict().get("u") or ""
                )
            ):
                return fact
        if bare_target and (fact := _retargeted(edit.subject, edit.prompt, old, bare_target)):
            return fact
    return None


def _about_edits(text: str) -> bool:
    return bool(re.search(r"(?<!\w)(?:edit|target|instead|rather|meant|wanted|fact|subject)(?!\w)", text, _I))


def _retargeted(subject: str, prompt: str, old: str, words: str) -> Fact | None:
    words = _LEADING.sub("", words.strip(" \"'{}"))
    target, _ = bare(words)
    if not target or len(target.split()) > 5 or not can_be_subject(target) or target.lower() == old.lower():
        return None
    if is_named(old) and not re.search(r"[A-ZÀ-Þ]", target) and not re.search(r"\d", old):
        return None
    if models(target) or mentions(target) or matches(target, patterns("measures", "named")):
        return None
    if any(matches(target, patterns("measures", name)) for name in ("edit_benchmarks",)):
        return None
    return made_fact(subject, prompt, words)
