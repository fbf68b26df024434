"""Which intent a clause about SAE features has."""

import re

from agent.feature_filter import filter_wish
from agent.planner import senses
from agent.planner.plan import SessionView
from agent.planner.reading import Reading

_I = re.IGNORECASE
LIKELY = 0.1
"""How likely retrieval has to find a list of features for what only its meaning speaks for."""

SAE_WORD = re.compile(
    r"(?<!\w)(?:saes?(?:[-_ ]?lens)?|gemma-?scope\S*|llama-?scope\S*|"
    r"sparse auto-?encoder|autoencoder|dictionary)(?!\w)",
    _I,
)
_RELABEL = re.compile(
    r"(?<!\w)(?:re-?label\w*|rename|re-?name|label (?:\w+ )*(?:wrong|"
    r"bad|off|misleading|nonsense|incorrect|stupid|useless|makes no sense)\W.*(?:fix|change|redo|update|"
    r"correct|improve|better|new|another|different|propose|suggest)|(?:new|better|fresh|proper|different|improved|"
    r"more accurate|another|good|nicer) (?:label|name|description)s?|"
    r"(?:fix|improve|redo|update|correct|change|propose|suggest|find|"
    r"rewrite|come up with|try) (?:(?:its|the|a|that|this) )?(?:label|"
    r"name)s?|^label (?:feature|f?\d+|it|that|this))(?!\w)",
    _I,
)

_SWEEP = re.compile(r"(?<!\w)(?:sweep\w*|scan(?:ning)?|screen)(?!\w)", _I)

_SCORING = re.compile(
    r"(?<!\w)(?:score|rank|evaluate|benchmark|run|test|compute|measure|"
    r"check|rate|triple|go (?:through|over)|process|analy[sz]e|diagnose|"
    r"batch|calculate|do)(?!\w)",
    _I,
)

_LISTING = re.compile(
    r"(?<!\w)(?:which|list|show|what|find|any|give|filter|exclude|how "
    r"many|display|see|get|where are|are there|identify|name|tell|pull "
    r"up|top|bring up|drop|remove|hide|only)(?!\w)",
    _I,
)

_FEATURE_WORD = re.compile(
    r"(?<!\w)(?:features?|latents?|neurons?|feats?|ones|directions|merkmale|"
    r"caract\w+|caratteristic\w+)(?!\w)",
    _I,
)


_FILTERS = re.compile(
    r"(?:(?:please|now|then|can you|could you) )*(?:exclude|filter|hide|drop|remove|ignore|skip|forget|"
    r"discard|leave|"
    r"include|re-?admit|un-?filter|bring|put|get rid of)(?!\w)",
    _I,
)


def relabels(text: str) -> bool:
    """Whether `text` asks for another label."""
    return _RELABEL.search(text) is not None


def of_features(reading: Reading, view: SessionView, likely: dict[str, float]) -> str | None:
    """Intents about SAE features."""
    text, features = reading.unquoted, reading.features
    pointed = bool(features.numbers or features.referred)
    if features.impossible and not features.numbers:
        return "score_feature"
    if _RELABEL.search(text) and (
        features.numbers
        or features.referred
        or view.last_feature is not None
        or re.search(r"feature|latent|label", text, _I)
    ):
        listing = not features.numbers and re.search(
            r"(?<!\w)(?:which|list|show|what|that need|needing|with (?:bad|wrong)|first)(?!\w)", text, _I
        )
        return (
            "list_features"
            if listing and re.search(r"features|latents|neurons|ones|first", text, _I)
            else "relabel_feature"
        )
    if _SWEEP.search(text) and (
        features.numbers
        or features.every
        or _FEATURE_WORD.search(text)
        or SAE_WORD.search(text)
        or reading.top
        or len(text.split()) <= 3
        or reading.scores
    ):
        return "sweep_features"
    if features.every and not features.numbers:
        if reading.reading and (_LISTING.search(text) or not _SCORING.search(text)):
            return "list_features"
        if _SCORING.search(text) or reading.scores:
            return "sweep_features"
        return "list_features" if _LISTING.search(text) else "sweep_features"
    if re.search(r"(?<!\w)rank(?:ing)?(?!\w)", text, _I) and re.search(
        r"(?<!\w)(?:features|latents)(?!\w)", text, _I
    ):
        return "sweep_features"
    if features.numbers:
        if _FILTERS.match(text) and filter_wish(text) is not None:
            return "list_features"
        if _LISTING.match(text) and reading.reading and len(features.numbers) > 1:
            return "list_features"
        return (
            "relabel_feature" if likely["relabel_feature"] > 2 * likely["score_feature"] else "score_feature"
        )
    plural = re.search(r"(?<!\w)(?:features|latents|neurons|feats)(?!\w)", text, _I)
    if reading.reading and (
        plural
        or (re.search(r"(?<!\w)ones(?!\w)", text, _I) and _LISTING.search(text) and not view.last_card)
        or re.match(
            r"^(?:list|show|print|display|give|tell|which are)(?: me| us)?(?: (?:the|all|what|whatever|"
            r"whichever|which|any|came|come|comes|as|"
            r"that|are|is|ones?|turns?|turned|out|to|be))* (?:dead|mislabell?ed|"
            r"ideal|decorative|polysemantic|uncertain|scattered|too (?:coarse|broad)|unused)",
            text,
            _I,
        )
    ):
        return "list_features"
    if plural and (reading.top is not None or _LISTING.search(text)) and not reading.wishes:
        return "list_features" if not re.search(r"^(?:score|rank)", text, _I) else "sweep_features"
    if (
        view.last_feature is not None
        and not view.last_card
        and not reading.wishes
        and re.match(
            r"^(?:re-?)?(?:score|check|test|evaluate|benchmark|diagnose) (?:it|"
            r"them|that|this)(?: one)?(?: (?:again|too|as well|once more|for|"
            r"on|by|with|now).*)?$",
            text.strip(" .!?"),
            _I,
        )
    ):
        return "score_feature"
    if view.context == "data_inspection" and reading.wishes:
        return None
    if re.search(r"(?<!\w)(?:diagnostic )?triple(?!\w)", text, _I) and not reading.wishes:
        return "score_feature"
    if (features.referred and not SAE_WORD.fullmatch(text)) or (
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
    if (
        likely["list_features"] > LIKELY
        and not (view.last_card or reading.wishes or pointed)
        and senses.meant("readings", text)
    ):
        return "list_features"
    return None


def _singular(text: str) -> bool:
    return bool(re.search(r"(?<!\w)(?:feature|latent|neuron)(?!\w)", text, _I))
