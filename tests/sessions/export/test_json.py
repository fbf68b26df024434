from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.card import load_card
from sessions.export.json import render
from tests.sessions import samples


def test_everything_loads_back_equal():
    card = samples.card()
    assert load_card(render(card)) == card


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters()), st.text(st.characters()))
def test_any_output_and_prompt_load_back_equal(output, prompt):
    card = samples.with_output(output, prompt)
    assert load_card(render(card)) == card
