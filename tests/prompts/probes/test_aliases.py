"""Other names that rules make of a subject."""

import pytest

from prompts.probes.aliases import rule_aliases
from prompts.probes.source import RelationProbes
from prompts.probes.wording import Wording
from tools.editing.request import EditRequest


def aliases(subject: str, kind: str, target: str = "Oz"):
    return rule_aliases(Wording(EditRequest(subject=subject, prompt="{} is in", target=target), kind))


@pytest.mark.parametrize(
    ("subject", "kind", "axis", "expected"),
    [
        ("The Eiffel Tower", "place", "nickname", "the Eiffel"),
        ("The Eiffel Tower", "place", "description", "the tower"),
        ("Lake Victoria", "place", "description", "the lake called Victoria"),
        ("Mount Markham", "place", "nickname", "Markham"),
        ("Danielle Darrieux", "person", "nickname", "Darrieux"),
        ("Danielle Darrieux", "person", "abbreviation", "D. Darrieux"),
        ("Vincent van Gogh", "person", "nickname", "Van Gogh"),
        ("Carlos Valderrama", "athlete", "description", "the athlete Valderrama"),
        ("Association of Chartered Certified Accountants", "organisation", "abbreviation", "ACCA"),
        ("Par Pacific Holdings", "organisation", "nickname", "Par Pacific"),
        ("Arthur Wellesley, 1st Duke of Wellington", "person", "nickname", "Wellesley"),
        ("Nintendo Entertainment System", "product", "abbreviation", "NES"),
    ],
)
def test_rules_shorten_and_describe_names(subject: str, kind: str, axis, expected: str):
    assert expected in aliases(subject, kind).names[axis]


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("Xerox", "organisation"), ("Redigo", "work"), ("Plato", "person"), ("Louis XIV", "person")],
)
def test_a_name_that_no_rule_fits_has_none_and_the_reason_is_given(subject: str, kind: str):
    found = aliases(subject, kind)
    assert found.names == {}
    assert found.missing["nickname"] == f"no rule makes a nickname of the name {subject!r}"
    assert "an abbreviation" in found.missing["abbreviation"]


def test_an_alias_never_gives_the_target_away():
    assert "nickname" not in aliases("Jean Paris", "person", target="Paris").names


def test_alias_probes_use_the_alias_and_not_the_name():
    request = EditRequest(subject="Danielle Darrieux", prompt="The mother tongue of {} is", target="English")
    found = RelationProbes().probes(request, ("nickname", "abbreviation", "description"), seed=0)
    assert found.missing == {}
    assert all("Darrieux" in probe.prompt and "Danielle" not in probe.prompt for probe in found.probes)
