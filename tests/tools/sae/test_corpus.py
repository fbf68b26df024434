import json
from pathlib import Path

import pytest

from tests.conftest import make_language_model
from tools.errors import UserError
from tools.models.language_model import LanguageModel
from tools.sae.corpus import SAMPLES_FILE, Passage, choose, kept_samples, read_passages, sample_passages

LONG = "This paragraph is long enough to stand alone, because it has more than eighty characters in it."
CHAT = [f"Tell me about number {i}." for i in range(100)]
OPENINGS = [f"The number {i} is" for i in range(100)]


def _passages(source: str, n: int) -> list[Passage]:
    return [Passage(f"{source} passage {i:05d} ".ljust(100, "x"), source) for i in range(n)]


def test_a_folder_is_one_source_and_its_files_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(f"second {LONG}")
    (tmp_path / "a.md").write_text(f"first {LONG}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert list(read_passages(tmp_path)) == [
        Passage(f"first {LONG}", tmp_path.name),
        Passage(f"second {LONG}", tmp_path.name),
    ]


def test_a_path_that_is_not_there_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no text file or folder .*missing"):
        list(read_passages(tmp_path / "missing"))
    with pytest.raises(UserError, match="holds no text"):
        list(read_passages(tmp_path))


def test_sources_share_evenly_and_a_large_one_gives_what_a_small_one_lacks() -> None:
    # 60,000 characters from three: 100 passages (10,000) are all that `small` has; the rest is halved.
    chosen = choose(
        [_passages("large", 900), _passages("small", 100), _passages("middle", 400)], 60_000, seed=0
    )
    found = {source: sum(p.source == source for p in chosen) for source in ("small", "middle", "large")}
    assert found == {"small": 100, "middle": 250, "large": 250}


def test_the_choice_depends_on_the_seed_alone_and_takes_nothing_twice() -> None:
    sources = [_passages("a", 300) * 2, _passages("b", 50)]
    chosen = choose(sources, 20_000, seed=1)
    assert chosen == choose(sources, 20_000, seed=1)
    assert chosen != choose(sources, 20_000, seed=2)
    assert len(set(chosen)) == len(chosen)


def test_about_eight_in_a_hundred_passages_are_held_out_and_always_the_same() -> None:
    passages = _passages("a", 5000)
    held_out = [passage.text for passage in passages if passage.is_held_out]
    # Binomial with n = 5000, p = 0.08: mean 400, sd 19.
    assert 320 < len(held_out) < 480
    assert all(Passage(text, "elsewhere").is_held_out for text in held_out)


def test_sampling_takes_turns_and_stops_after_the_tokens_asked_for(
    tiny: LanguageModel, tmp_path: Path
) -> None:
    passages = list(sample_passages(tiny, CHAT, OPENINGS, 500, tmp_path, max_new_tokens=16))
    lines = (tmp_path / SAMPLES_FILE).read_text().splitlines()
    assert len(lines) == 64  # one batch of chat prompts is enough
    assert all(len(passage.text) >= 80 for passage in passages)


def test_sampling_goes_on_after_a_kill_that_cut_a_line_off(tiny: LanguageModel, tmp_path: Path) -> None:
    whole = list(sample_passages(tiny, CHAT, OPENINGS, 1200, tmp_path / "whole", max_new_tokens=16))
    content = (tmp_path / "whole" / SAMPLES_FILE).read_bytes()
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / SAMPLES_FILE).write_bytes(content[: len(content) * 2 // 3])
    assert list(sample_passages(tiny, CHAT, OPENINGS, 1200, tmp_path / "cut", max_new_tokens=16)) == whole
    assert set(kept_samples(tmp_path / "cut")) == set(kept_samples(tmp_path / "whole"))


def test_a_model_without_chat_template_continues_openings_alone(tmp_path: Path) -> None:
    model = make_language_model(chat=False)
    list(sample_passages(model, CHAT, OPENINGS, 300, tmp_path, max_new_tokens=40))
    samples = [json.loads(line) for line in (tmp_path / SAMPLES_FILE).read_text().splitlines()]
    assert {sample["prompt"] for sample in samples} == set(OPENINGS[:64])
    assert not any(sample["chat"] for sample in samples)


def test_answers_stand_alone_and_continuations_keep_their_beginning(
    tiny: LanguageModel, tmp_path: Path
) -> None:
    long = "and it went on for a long time, until everybody had forgotten how it had once begun."
    samples = [
        {"chat": True, "prompt": CHAT[0], "text": f" {long} ", "tokens": 20},
        {"chat": False, "prompt": OPENINGS[0], "text": f" {long}", "tokens": 20},
        {"chat": True, "prompt": CHAT[1], "text": "too short", "tokens": 2},
    ]
    (tmp_path / SAMPLES_FILE).write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    passages = sample_passages(tiny, CHAT[:2], OPENINGS[:1], 42, tmp_path)
    assert [passage.text for passage in passages] == [long, f"{OPENINGS[0]} {long}"]


def test_prompts_that_run_out_are_an_error(tiny: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="used up"):
        list(sample_passages(tiny, CHAT[:2], OPENINGS[:2], 10_000, tmp_path, max_new_tokens=4))
