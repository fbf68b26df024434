from pathlib import Path
from typing import Any

import pytest

from agent.doors.train_sae import run_train_sae
from agent.settings import Settings
from tests.conftest import make_language_model
from tools.models.language_model import LanguageModel
from tools.progress import Progress

ARGUMENTS: dict[str, Any] = {"layer": 1, "n_features": 64, "k": 4, "tokens": 4000, "passes": 1, "window": 32}


@pytest.fixture(autouse=True)
def _tiny_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, **options: Any) -> LanguageModel:
        options["report"](Progress(f"loading {name}", 0))
        return make_language_model("llama")

    monkeypatch.setattr("tools.models.load.load_model", load)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.txt"
    file.write_text(
        "\n\n".join(f"the fox number {i} runs over the lazy dog to the river " * 2 for i in range(200))
    )
    return file


def test_it_trains_says_how_good_the_sae_is_and_exits_with_0(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "sae"
    code = run_train_sae(Settings(), text=[text], output=output, sampled_tokens=100, **ARGUMENTS)
    printed = capsys.readouterr()
    assert code == 0
    assert "explained variance" in printed.out
    assert "CE loss recovered" in printed.out
    assert "training the SAE: 1 of " in printed.err
    assert (output / "card.json").exists()


def test_a_users_mistake_is_one_sentence_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_train_sae(
        Settings(), text=[tmp_path / "no.txt"], output=tmp_path / "sae", sampled_tokens=0, **ARGUMENTS
    )
    assert code == 1
    assert "There is no text file or folder" in capsys.readouterr().err.splitlines()[-1]


def test_an_interrupt_says_that_the_command_goes_on(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.sae.train.build_cache", interrupt)
    assert run_train_sae(Settings(), text=[text], output=tmp_path / "sae", sampled_tokens=0, **ARGUMENTS) == 1
    assert "goes on from there" in capsys.readouterr().err
