"""Rejected pieces: counted all, kept as far as there is room, in text that a file can hold."""

from prompts.rejections import LONGEST, MOST_KEPT, Rejections


def test_all_are_counted_and_the_first_ones_kept() -> None:
    rejections = Rejections()
    rejections.add("one", "a duplicate")
    for number in range(MOST_KEPT + 5):
        rejections.add(f"number {number}", "too short")
    assert rejections.reasons == {"too short": MOST_KEPT + 5, "a duplicate": 1}
    assert len(rejections.drafts) == MOST_KEPT
    assert (rejections.drafts[0].prompt, rejections.drafts[0].reason) == ("one", "a duplicate")


def test_what_no_file_can_hold_becomes_a_visible_escape_and_long_texts_are_cut() -> None:
    rejections = Rejections()
    rejections.add("half \ud800 pair", "odd")
    rejections.add("x" * 2_000, "long")
    odd, long = rejections.drafts
    assert odd.prompt == "half \\ud800 pair"
    assert odd.model_dump_json()
    assert len(long.prompt) == LONGEST
