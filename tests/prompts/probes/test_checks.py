"""What a probe must meet, and which requests are refused."""

import pytest

from prompts.probes.checks import Checked, mentions
from prompts.probes.source import RelationProbes
from tools.editing.probes import Axis, Probe
from tools.editing.request import EditRequest
from tools.errors import UserError

REQUEST = EditRequest(
    subject="The Eiffel Tower", prompt="{} is located in", target="Berlin", true_target="Paris"
)


def probe(prompt: str, axis: Axis = "paraphrase", target: str = "Berlin") -> Probe:
    return Probe(axis=axis, prompt=prompt, target=target)


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (probe("The Eiffel Tower in BERLIN is in"), "contains its target"),
        (probe("It is in"), "does not name the subject"),
        (probe("the eiffel tower  is in"), "a place left open or a double space"),
        (probe("{name} saw the Eiffel Tower in"), "a place left open or a double space"),
        (probe("The Eiffel Tower is in "), "too long or ends in white space"),
        (probe("The Eiffel Tower is tall."), "a finished sentence"),
        (probe("The Eiffel Tower is in", "nickname"), "names the subject instead of the alias"),
        (probe("The house is in", "description"), "names no alias of the subject"),
        (probe("The capital of France is", "unrelated", "Paris"), "is about the subject or the target"),
        (
            probe("The Eiffel Tower was built in", "cross_domain", "1889"),
            "is about the subject or the target",
        ),
        (
            probe("The wall that fell in Berlin fell in", "unrelated", "1989"),
            "is about the subject or the target",
        ),
    ],
)
def test_a_probe_that_breaks_a_rule_is_counted_by_reason(candidate: Probe, reason: str):
    checked = Checked(REQUEST)
    assert checked.take([candidate], 1, aliases=("the tower",)) == 0
    assert checked.rejected == {reason: 1}


def test_duplicates_are_dropped_whatever_their_capitals():
    checked = Checked(REQUEST)
    same = [
        probe("The Eiffel Tower is in"),
        probe("the Eiffel Tower is in"),
        probe("The Eiffel Tower stands in"),
    ]
    assert checked.take(same, 3) == 2
    assert checked.rejected == {"duplicate": 1}


def test_no_more_are_taken_than_wanted():
    checked = Checked(REQUEST)
    assert checked.take([probe(f"The Eiffel Tower {n} is in") for n in range(9)], 4) == 4


def test_short_names_count_as_whole_words_only():
    assert not mentions("Chicago", "Go") and mentions("to go there", "Go")
    assert mentions("a Germany-wide strike", "Germany")


def test_a_target_that_stands_in_the_subject_leaves_axes_empty_with_the_reason():
    request = EditRequest(subject="Berlin Cathedral", prompt="{} is located in", target="Berlin")
    found = RelationProbes().probes(request, ("direct", "paraphrase", "unrelated"), seed=0)
    assert found.on("direct", "paraphrase") == ()
    assert found.missing["direct"] == "none of 1 candidates passed the checks"
    assert found.rejected["contains its target"] > 1
    assert found.on("unrelated")


@pytest.mark.parametrize(
    ("subject", "target"),
    [
        ("x" * 5000, "Berlin"),
        ("The Eiffel\nTower", "Berlin"),
        ("The Eiffel Tower", "Ber\x1b[31mlin"),
        ("The Eiffel Tower\u202e", "Berlin"),
        ("...", "Berlin"),
        ("The Eiffel Tower", "!" * 10),
    ],
)
def test_what_is_no_name_on_one_line_is_refused(subject: str, target: str):
    request = EditRequest(subject=subject, prompt="{} is located in", target=target)
    with pytest.raises(UserError) as refused:
        RelationProbes().probes(request, ("direct",), seed=0)
    assert refused.value.next_step and "\n" not in str(refused.value) and len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "subject",
    [
        "Foo {} Bar",
        "{name}",
        "{a} {clause} {sentence}",
        "[bold]Acme[/bold]",
        "<b>Acme</b>",
        "$subject ${x}",
        "A\\1 B",
    ],
)
def test_hostile_names_stay_what_they_are(subject: str):
    request = EditRequest(subject=subject, prompt="{} is located in", target="Berlin")
    axes: tuple[Axis, ...] = (
        "direct",
        "paraphrase",
        "zsre",
        "fill_in",
        "sub_clause",
        "multi_hop",
        "long_form",
    )
    found = RelationProbes().probes(request, axes, seed=0)
    assert found.on("paraphrase") and found.on("zsre") and not found.missing
    assert all(subject in probe.prompt for probe in found.probes)
