import gzip
from pathlib import Path

import pytest

from tools.errors import UserError
from tools.sae.text_files import read_texts

LONG = "This paragraph is long enough to stand alone, because it has more than eighty characters in it."


def test_paragraphs_are_put_on_one_line_and_short_ones_join_the_next(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"Title\n\n{LONG[:40]}\n   {LONG[40:]}\n\n{LONG}\n\nThe end.")
    joined = " ".join(f"{LONG[:40]} {LONG[40:]}".split())
    assert list(read_texts(file)) == [f"Title {joined}", LONG, "The end."]


def test_html_is_read_without_tags_scripts_and_entities(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(
        f"<html><head><title>no</title></head><body><script>x=1</script><p>{LONG}</p><p>Fish &amp; "
        f"<b>chips</b>: {LONG}</p></body></html>"
    )
    assert list(read_texts(file)) == [LONG, f"Fish & chips: {LONG}"]


@pytest.mark.parametrize("suffix", [".gz", ".dz"])
def test_gzipped_text_is_text(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_bytes(gzip.compress(LONG.encode()))
    assert list(read_texts(file)) == [LONG]


def test_each_json_line_gives_its_text_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "one\\ntwo"}\n\n{"text": "three"}\n')
    assert list(read_texts(file)) == ["one\ntwo", "three"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gz", b"not gzip"),
        ("a.gz", gzip.compress(b"cut off" * 99, mtime=0)[:-12]),
        ("a.jsonl", b"{"),
        ("b.jsonl", b"[1]"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=name):
        list(read_texts(tmp_path / name))


def test_bytes_that_are_no_utf8_do_not_stop_the_reading(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 " + LONG.encode())
    assert list(read_texts(tmp_path / "a.txt")) == [f"caf\ufffd {LONG}"]
