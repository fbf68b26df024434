"""Messages within the limits of Block Kit, whatever they are made of."""

from agent.doors.slack.blocks import (
    LONGEST_TEXT,
    MOST_BLOCKS,
    button,
    buttons,
    fence,
    fitted,
    header,
    message,
    said,
    section,
)


def _texts(blocks: list[dict]) -> list[str]:
    return [block["text"]["text"] for block in blocks if "text" in block]


def test_a_fence_holds_hostile_text_and_nothing_ends_it() -> None:
    text = fence("``` <!here> ```")["text"]
    assert text["text"].count("```") == 2
    assert text["text"].startswith("```\n") and text["text"].endswith("\n```")
    assert "<" not in text["text"]
    assert text["verbatim"] is True


def test_a_fence_of_any_length_fits_into_a_section() -> None:
    assert len(fence("&" * 10_000)["text"]["text"]) <= 3_000


def test_a_headline_is_one_short_line_and_never_empty() -> None:
    assert header("a\nb")["text"]["text"] == "a b"
    assert len(header("&" * 500)["text"]["text"]) <= 150
    assert header("")["text"]["text"] == " "


def test_a_long_text_is_told_in_several_sections_without_losing_a_character() -> None:
    text = "".join(f"{n}<" for n in range(3_000))
    told = said(text)
    assert "".join(_texts(told["blocks"])) == text.replace("<", "&lt;")
    assert all(len(each) <= LONGEST_TEXT for each in _texts(told["blocks"]))


def test_what_fits_stays_as_it_is() -> None:
    whole = message("a", [section("b"), buttons(button("c", "d", "e"))])
    assert fitted(whole, "note") == (whole, False)


def test_too_many_blocks_are_cut_with_a_note_and_the_buttons_stay() -> None:
    row = buttons(button("Why?", "why", "c-1"))
    cut, is_cut = fitted(message("a", [section(str(n)) for n in range(60)] + [row]), "more in the file")
    assert is_cut
    assert len(cut["blocks"]) <= MOST_BLOCKS
    assert cut["blocks"][-1] == row
    assert cut["blocks"][-2]["elements"][0]["text"] == "more in the file"


def test_too_many_characters_are_cut() -> None:
    cut, is_cut = fitted(message("a", [section("x" * 2_800) for _ in range(8)]), "more")
    assert is_cut
    assert sum(map(len, _texts(cut["blocks"]))) <= 12_000
