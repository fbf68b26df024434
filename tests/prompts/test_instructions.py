"""Instructions are files, filled; what is missing is named."""

import pytest

from prompts import instructions
from prompts.instructions import InstructionError, filled, version


def test_a_missing_variable_is_an_error_that_names_it() -> None:
    with pytest.raises(InstructionError, match=r"instructions/plan_repair.md needs the variable \$fault"):
        filled("plan_repair")


def test_a_variable_that_is_not_there_is_an_error_too() -> None:
    with pytest.raises(InstructionError, match=r"no variable \$wrong"):
        filled("plan_repair", fault="x", wrong="y")


def test_what_is_filled_in_is_not_filled_again() -> None:
    assert "$session {}" in filled("plan_repair", fault="$session {}")


def test_other_words_are_another_version(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(instructions, "FOLDER", tmp_path)
    seen = []
    for words in ("Be brief.", "Be long."):
        (tmp_path / "manner.md").write_text(words)
        instructions._text.cache_clear()
        version.cache_clear()
        seen.append(version("manner"))
    instructions._text.cache_clear()
    version.cache_clear()
    assert seen[0].startswith("manner/") and len(seen[0]) == len("manner/") + 8
    assert seen[0] != seen[1]
