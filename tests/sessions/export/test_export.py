import multiprocessing
import os
import resource

import pytest

from sessions import export
from sessions.export import CONTRACT, _new_file, export_card
from tests.sessions import samples
from tools.errors import StoreError
from tools.registry import load_all

CARD = samples.with_output("an answer")


def test_every_format_keeps_the_contract_and_has_an_ending_of_its_own():
    entries = load_all(export.__name__, CONTRACT)
    assert {"json", "csv", "markdown"} <= set(entries)
    assert len({entry.module.EXTENSION for entry in entries.values()}) == len(entries)


def test_without_a_path_the_card_names_the_file_and_a_second_one_gets_a_number(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = export_card(CARD, "markdown"), export_card(CARD, "markdown")
    assert first == tmp_path / f"benchwright-capability-{CARD.id}.md"
    assert second == tmp_path / f"benchwright-capability-{CARD.id}-2.md"
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("name", "begins"),
    [("card.json", "{"), ("card.CSV", "card,"), ("card.md", "# Card"), ("a b.é.md", "# Card")],
)
def test_the_ending_of_the_path_says_the_format(tmp_path, name, begins):
    path = export_card(CARD, path=tmp_path / name)
    assert path == tmp_path / name
    assert path.read_text(encoding="utf-8").startswith(begins)


def test_a_format_that_is_said_wins_over_the_ending(tmp_path):
    assert export_card(CARD, "json", tmp_path / "card.txt").read_text().startswith("{")


@pytest.mark.parametrize("said", ["md", "Markdown", ".md", "MARKDOWN"])
def test_a_format_may_be_said_by_its_ending(tmp_path, said):
    assert export_card(CARD, said, tmp_path / "card").read_text().startswith("# Card")


def test_without_anything_said_it_is_json(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert export_card(CARD).suffix == ".json"


@pytest.mark.parametrize("said", ["docx", "_new_file", "../json", ""])
def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path, said):
    with pytest.raises(StoreError) as caught:
        export_card(CARD, said, tmp_path / "card.docx")
    assert "markdown" in caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_a_named_file_that_exists_is_left_as_it_is(tmp_path):
    path = tmp_path / "card.json"
    path.write_text("precious")
    with pytest.raises(StoreError, match="exists already"):
        export_card(CARD, path=path)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_not_written_through(tmp_path):
    target, link = tmp_path / "target", tmp_path / "card.json"
    link.symlink_to(target)
    with pytest.raises(StoreError, match="exists already"):
        export_card(CARD, path=link)
    assert not target.exists()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("no/such/card.json", "no folder"),
        ("folder.json", "is a folder"),
        ("x" * 300 + ".json", "name too long"),
        ("nul\0.json", "null byte"),
        ("nul\0/card.json", "no folder"),
        ("half\ud800.json", "cannot be written"),
    ],
)
def test_paths_that_cannot_be_are_told_in_one_sentence(tmp_path, path, told):
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(StoreError, match=told) as caught:
        export_card(CARD, path=tmp_path / path)
    assert "\n" not in caught.value.message
    assert caught.value.next_step
    assert [left.name for left in tmp_path.iterdir()] == ["folder.json"]


def test_the_home_of_an_unknown_user_is_told():
    with pytest.raises(StoreError, match="no folder"):
        export_card(CARD, path="~nobody-of-this-name/card.json")


def test_a_home_folder_may_be_abbreviated(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert export_card(CARD, path="~/card.json") == tmp_path / "card.json"


def test_the_file_has_the_users_usual_permissions(tmp_path):
    mask = os.umask(0o027)
    try:
        path = export_card(CARD, path=tmp_path / "card.json")
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o640


def test_where_the_disk_has_no_hard_links_nothing_is_overwritten_either(tmp_path, monkeypatch):
    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(_new_file.os, "link", no_links)
    path = export_card(CARD, path=tmp_path / "card.json")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="exists already"):
        export_card(CARD, path=path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def export_to_a_full_disk(path, told):
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
    try:
        export_card(CARD, path=path)
    except StoreError as error:
        told.send(str(error))


def test_on_a_full_disk_no_half_file_is_left(tmp_path):
    processes = multiprocessing.get_context("forkserver")
    here, there = processes.Pipe(duplex=False)
    writer = processes.Process(target=export_to_a_full_disk, args=(tmp_path / "card.json", there))
    writer.start()
    there.close()
    sentence = here.recv()
    writer.join()
    assert "cannot be written" in sentence
    assert "free some space" in sentence
    assert list(tmp_path.iterdir()) == []
