"""Whether words ask for features to be excluded, to be let back in, or only to be listed."""

import pytest

from agent.feature_filter import filter_wish


@pytest.mark.parametrize(
    ("request_words", "wish"),
    [
        ("filter out the dead ones", "exclude"),
        ("forget features 12 and 40", "exclude"),
        ("leave features 3, 4 and 5 out", "exclude"),
        ("please hide the decorative ones", "exclude"),
        ("do not show the dead ones any more", "exclude"),
        ("ignore feature 7", "exclude"),
        ("keep 12 and 40", "include"),
        ("forget the filter", "include"),
        ("clear the list of features", "include"),
        ("don't exclude feature 12", "include"),
        ("bring feature 3 back", "include"),
        ("stop excluding the dead ones", "include"),
        ("only the dead ones", None),
        ("which features should I filter out as noise?", None),
        ("are there features to drop", None),
        ("keep only the ideal ones", None),
        ("list the top 20 features", None),
        ("/list_features", None),
    ],
)
def test_the_words_say_what_becomes_of_the_features(request_words: str, wish: str | None) -> None:
    assert filter_wish(request_words) == wish
