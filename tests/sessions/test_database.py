import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from sessions.database import Database
from sessions.schema import APPLICATION_ID, MIGRATIONS, VERSION
from tools.errors import StoreError

LATER = (*MIGRATIONS, ("CREATE TABLE ledger (feature INTEGER PRIMARY KEY, label TEXT NOT NULL) STRICT",))


def version_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def add_session(database):
    with database.writing() as connection:
        connection.execute("INSERT INTO sessions VALUES (1, 's-000001', 'then', 'then', 'kept', '{}')")


def test_a_new_file_is_migrated_from_version_0_and_belongs_to_its_owner_only(tmp_path):
    path = tmp_path / "data" / "store.sqlite"
    with closing(Database(path)) as database, database.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(tmp_path):
    path = tmp_path / "store.sqlite"
    with closing(Database(path)) as old:
        add_session(old)
    with closing(Database(path, LATER)) as new, new.writing() as connection:
        connection.execute("INSERT INTO ledger VALUES (421, 'capitals')")
        assert connection.execute("SELECT title FROM sessions").fetchall() == [("kept",)]
    assert version_of(path) == VERSION + 1


def test_a_migration_that_fails_changes_nothing(tmp_path):
    path = tmp_path / "store.sqlite"
    with closing(Database(path)) as old:
        add_session(old)
    broken = (*MIGRATIONS, ("DROP TABLE messages", "CREATE NONSENSE"))
    with pytest.raises(sqlite3.OperationalError):
        Database(path, broken)
    assert version_of(path) == VERSION
    with closing(Database(path)) as again, again.reading() as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def test_a_file_of_a_newer_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "store.sqlite"
    Database(path, LATER).close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer Benchwright") as caught:
        Database(path)
    assert "Update Benchwright" in caught.value.next_step
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Database(path)
    assert path.read_bytes() == before


def damaged(path, how):
    with closing(Database(path)) as database:
        for _ in range(50):
            with database.writing() as connection:
                connection.execute("INSERT INTO suites VALUES (hex(randomblob(16)), hex(randomblob(2000)))")
    content = path.read_bytes()
    path.write_bytes(how(content))
    return path


@pytest.mark.parametrize(
    "how",
    [
        lambda content: b"this is no database, it is a letter " * 100,
        lambda content: content[: len(content) // 2],
        lambda content: b"\0" * len(content),
        lambda content: content[:100] + b"\xff" * (len(content) - 100),
        lambda content: content[:4096] + b"\xa5" * (len(content) - 4096),
    ],
    ids=["text", "cut", "zeros", "noise_in_the_schema", "noise_in_the_tables"],
)
def test_a_damaged_file_is_told_in_one_sentence_and_never_overwritten(tmp_path, how):
    path = damaged(tmp_path / "store.sqlite", how)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged") as caught:
        database = Database(path)
        with closing(database), database.writing() as connection:
            connection.execute("SELECT * FROM suites").fetchall()
            connection.execute("INSERT INTO suites VALUES ('new', '{}')")
    assert "\n" not in caught.value.message
    assert "aside" in caught.value.next_step
    assert path.read_bytes() == before


def test_an_error_inside_a_change_undoes_it_whole(tmp_path):
    with closing(Database(tmp_path / "store.sqlite")) as database:
        with pytest.raises(KeyError), database.writing() as connection:
            connection.execute("INSERT INTO suites VALUES ('a', '{}')")
            raise KeyError
        with database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM suites").fetchone() == (0,)


def test_a_mistake_of_ours_is_not_told_as_the_users(tmp_path):
    with (
        closing(Database(tmp_path / "store.sqlite")) as database,
        pytest.raises(sqlite3.IntegrityError),
        database.writing() as connection,
    ):
        connection.execute("INSERT INTO messages VALUES (1, 's-nobody', 'user', '', '', NULL)")


def test_a_lock_that_is_never_released_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("sessions.database.BUSY_S", 0.05)
    path = tmp_path / "store.sqlite"
    with closing(Database(path)) as mine, closing(Database(path)) as other, mine.writing():
        with pytest.raises(StoreError, match="Another process"), other.writing():
            pass
        with other.reading() as connection:  # reading goes on meanwhile
            assert connection.execute("SELECT count(*) FROM suites").fetchone() == (0,)


@pytest.mark.parametrize("folder", ["a_file", "a_file/below"])
def test_a_folder_that_is_a_file_is_told(tmp_path, folder):
    (tmp_path / "a_file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept in") as caught:
        Database(tmp_path / folder / "store.sqlite")
    assert "BENCHWRIGHT_DATA" in caught.value.next_step


AS_NOBODY = """
import os, sys
from pathlib import Path
from sessions.database import Database
from tools.errors import StoreError
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    database = Database(Path(sys.argv[1]))
    with database.writing() as connection:
        connection.execute("INSERT INTO suites VALUES ('a', '{}')")
except StoreError as error:
    print("told:", error)
"""


@pytest.mark.parametrize("existing", [True, False])
def test_a_read_only_folder_is_told(tmp_path, existing):
    folder = tmp_path / "data"
    folder.mkdir()
    if existing:
        Database(folder / "store.sqlite").close()
        (folder / "store.sqlite").chmod(0o444)
    folder.chmod(0o555)
    for above in (tmp_path, *tmp_path.parents[:3]):
        if above.stat().st_uid == folder.stat().st_uid and "pytest" in str(above):
            above.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(folder / "store.sqlite")], capture_output=True, text=True
    )
    assert done.stdout.startswith("told:"), done.stderr
    assert done.stdout.count("\n") == 1


def test_many_threads_take_turns(tmp_path):
    with closing(Database(tmp_path / "store.sqlite")) as database:

        def write(name):
            for number in range(20):
                with database.writing() as connection:
                    connection.execute("INSERT INTO suites VALUES (?, '{}')", (f"{name}-{number}",))

        threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading() as connection:
            assert connection.execute("SELECT count(*) FROM suites").fetchone() == (80,)
