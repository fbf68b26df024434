"""One loaded model for many conversations: never two users at once, never somebody else's edits on it."""

from pathlib import Path

import pytest
import torch

from agent.settings import Settings
from agent.shelf import MOST_MODELS, Loan, Shelf
from tests.conftest import make_language_model
from tools.models.language_model import LanguageModel

SETTINGS = Settings()


class Loader:
    """Loads a tiny model, and counts."""

    def __init__(self) -> None:
        self.loaded = 0

    def __call__(self) -> LanguageModel:
        self.loaded += 1
        return make_language_model("llama")


@pytest.fixture
def load() -> Loader:
    return Loader()


def test_a_model_is_loaded_once_for_all_who_take_it_in_turn(load: Loader) -> None:
    shelf = Shelf()
    for _ in range(3):
        loan = Loan(shelf)
        first = loan.model(SETTINGS, "tiny", load)
        loan.end()
    assert load.loaded == 1
    assert Loan(shelf).model(SETTINGS, "tiny", load) is first


def test_who_comes_while_another_has_it_gets_a_copy_of_their_own(load: Loader) -> None:
    shelf = Shelf()
    one, other = Loan(shelf), Loan(shelf)
    assert one.model(SETTINGS, "tiny", load) is not other.model(SETTINGS, "tiny", load)
    other.end()
    third = Loan(shelf)
    third.model(SETTINGS, "tiny", load)
    assert load.loaded == 3


def test_a_model_that_comes_back_changed_is_not_given_to_the_next(load: Loader) -> None:
    shelf = Shelf()
    loan = Loan(shelf)
    model = loan.model(SETTINGS, "tiny", load)
    with torch.no_grad():
        next(model.model.parameters()).add_(1.0)
    loan.end()
    assert Loan(shelf).model(SETTINGS, "tiny", load) is not model


def test_other_names_revisions_and_precisions_are_other_models(load: Loader) -> None:
    loan = Loan(Shelf())
    settings = [
        SETTINGS,
        Settings(dtype="bfloat16"),
        Settings(device="cpu"),
        Settings(model="tiny", revision="x"),
    ]
    models = [loan.model(each, "tiny", load) for each in settings]
    assert len({id(model) for model in models}) == 4


def test_only_the_newest_stay_while_nobody_has_them(load: Loader) -> None:
    shelf = Shelf()
    for number in range(MOST_MODELS + 1):
        loan = Loan(shelf)
        loan.model(SETTINGS, str(number), load)
        loan.end()
    loan = Loan(shelf)
    loan.model(SETTINGS, str(MOST_MODELS), load)
    assert load.loaded == MOST_MODELS + 1
    loan.model(SETTINGS, "0", load)
    assert load.loaded == MOST_MODELS + 2


def test_a_failed_load_leaves_the_place_free(load: Loader) -> None:
    shelf = Shelf()

    def fail() -> LanguageModel:
        raise OSError("disk")

    with pytest.raises(OSError):
        Loan(shelf).model(SETTINGS, "tiny", fail)
    loan = Loan(shelf)
    first = loan.model(SETTINGS, "tiny", load)
    loan.end()
    assert Loan(shelf).model(SETTINGS, "tiny", load) is first


def test_without_a_shelf_everybody_loads_for_themselves(load: Loader) -> None:
    Loan().model(SETTINGS, "tiny", load)
    Loan().model(SETTINGS, "tiny", load)
    assert load.loaded == 2


def test_files_that_were_written_again_are_loaded_again(load: Loader, tmp_path: Path) -> None:
    shelf = Shelf()
    weights = tmp_path / "model.safetensors"
    for content in ("first", "first", "second one"):
        if not weights.exists() or weights.read_text() != content:
            weights.write_text(content)
        loan = Loan(shelf)
        loan.model(SETTINGS, str(tmp_path), load)
        loan.end()
    assert load.loaded == 2


def test_an_sae_or_a_data_set_is_there_once_for_all_at_once() -> None:
    shelf = Shelf()
    made = [Loan(shelf).shared("demo", "cpu", object) for _ in range(3)]
    assert made[0] is made[1] is made[2]
    assert Loan(shelf).shared("other", "cpu", object) is not made[0]
    assert Loan(shelf).shared("demo", "cuda", object) is not made[0]
