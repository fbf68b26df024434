import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sessions.card import CapabilityCard, load_card
from tests.sessions import samples
from tools.errors import StoreError

COMMON = {"id", "kind", "created", "session", "request", "context", "versions", "duration_s"}
DIMENSION = {
    *("capability", "method", "score", "interval", "n", "n_unscored", "rejected"),
    *("subtypes", "suite", "settings", "cases"),
}
CASE = {"prompt", "target", "output", "credit", "subtype", "unscored_reason"}


def test_the_json_has_the_keys_that_readers_rely_on():
    card = json.loads(samples.card().model_dump_json())
    assert set(card) >= COMMON | {"overall", "n_prompts", "dimensions"}
    dimension = card["dimensions"][0]
    assert set(dimension) >= DIMENSION
    assert set(dimension["subtypes"][0]) == {"name", "score", "interval", "n"}
    assert set(dimension["suite"]) == {"hash", "seed", "generator"}
    assert set(dimension["cases"][0]) >= CASE


def test_ids_are_short_and_differ():
    cards = [samples.card() for _ in range(50)]
    assert all(re.fullmatch(r"c-[0-9a-f]{10}", card.id) for card in cards)
    assert len({card.id for card in cards}) == 50


def test_created_is_iso_8601_in_utc():
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", samples.card().created)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters()), st.floats(0, 1))
def test_any_card_loads_back_equal(output, duration):
    card = samples.with_output(output).model_copy(update={"duration_s": duration})
    assert load_card(card.model_dump_json()) == card


def test_credentials_in_the_request_are_masked():
    assert samples.card(request="use sk-abcdefghijklmnop").request == "use [redacted]"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 100.1])
@pytest.mark.parametrize("field", ["overall", "duration_s"])
def test_numbers_that_are_no_scores_are_refused(field, number):
    if field == "duration_s" and number == 100.1:
        return
    with pytest.raises(ValidationError):
        CapabilityCard(**{**dict(samples.card()), field: number})


def test_nan_in_the_json_of_a_score_or_credit_is_refused():
    text = samples.card().model_dump_json()
    for broken in (
        re.sub(r'"overall":[\d.]+', '"overall":NaN', text),
        re.sub(r'"credit":1.0', '"credit":NaN', text),
        re.sub(r'"chance":0.5', '"chance":NaN', text),
    ):
        assert broken != text
        with pytest.raises(StoreError):
            load_card(broken)


def test_a_card_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        samples.card().overall = 100.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"kind": "capability"}',
        '{"kind": "horoscope"}',
        samples.card().model_dump_json()[:-100],
        samples.card().model_dump_json().replace('"c-', '"../../etc/c-', 1),
        samples.card().model_dump_json().replace('"session":', '"colour":"red","session":', 1),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_card_is_refused_in_one_sentence_with_a_next_step(text):
    with pytest.raises(StoreError) as caught:
        load_card(text)
    assert "\n" not in caught.value.message
    assert caught.value.next_step
