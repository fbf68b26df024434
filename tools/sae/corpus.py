"""Text that an SAE is trained on: passages read from files, and passages that the model itself wrote.

Every passage belongs to the training set or, by a hash of its text, to the held-out set (8 %): the same passage
always falls on the same side, whatever is read beside it.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import UserError
from tools.progress import Progress, Report, silent
from tools.sae.text_files import SHORTEST, SUFFIXES, read_texts

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

HELD_OUT_SHARE = 0.08
SAMPLES_FILE = "samples.jsonl"
BATCH = 64


@dataclass(frozen=True)
class Passage:
    """One piece of running text and where it is from."""

    text: str
    source: str

    @property
    def is_held_out(self) -> bool:
        """Whether training must not see it."""
        return int.from_bytes(hashlib.sha256(self.text.encode()).digest()[:4], "big") < HELD_OUT_SHARE * 2**32


@dataclass(frozen=True)
class Sample:
    """What the model wrote after one prompt, as it is kept on disk."""

    chat: bool
    prompt: str
    text: str
    tokens: int


def read_passages(path: Path) -> Iterator[Passage]:
    """The passages of a file, or of all files in a folder in the order of their names; one source a path.

    Plain text and Markdown (paragraphs), HTML (text without tags), JSON lines (`text` of each), and gzipped text,
    of which dictd's `.dz` is a kind. Raises UserError for a path that is not there, is no text, or holds none.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in SUFFIXES)
    elif path.is_file():
        files = [path]
    else:
        raise UserError(f"There is no text file or folder {path}.", "Check the path.")
    found = False
    for file in files:
        for text in read_texts(file):
            found = True
            yield Passage(text, path.name)
    if not found:
        raise UserError(f"{path} holds no text.", f"Name files that end in {', '.join(SUFFIXES)}.")


def choose(sources: Sequence[Iterable[Passage]], n_characters: int, seed: int) -> list[Passage]:
    """About `n_characters` of text, shared evenly between the sources; what a small one cannot give, others do.

    Order and choice depend on the seed alone. Passages that occur twice are taken once.
    """
    chosen: list[Passage] = []
    pools = sorted((list(dict.fromkeys(source)) for source in sources), key=_size)
    left = n_characters
    for index, pool in enumerate(pools):
        share = left // (len(pools) - index)
        random.Random(f"{seed} {index}").shuffle(pool)
        taken = 0
        for passage in pool:
            if taken >= share:
                break
            chosen.append(passage)
            taken += len(passage.text)
        left -= taken
    random.Random(seed).shuffle(chosen)
    return chosen


def sample_passages(
    model: LanguageModel,
    chat_prompts: Sequence[str],
    openings: Sequence[str],
    n_tokens: int,
    folder: Path,
    *,
    max_new_tokens: int = 200,
    seed: int = 0,
    report: Report = silent,
) -> Iterator[Passage]:
    """Answers to chat prompts and continuations of openings, sampled at temperature 1 until `n_tokens` are written.

    Chat prompts and openings take turns, two to one; without a chat template there are openings alone. What was
    sampled is kept in `folder`, and a later call goes on from there. Raises UserError where the prompts run out.
    """
    file = folder / SAMPLES_FILE
    folder.mkdir(parents=True, exist_ok=True)
    samples = {(sample.chat, sample.prompt): sample for sample in kept_samples(folder)}
    n_written = n_done = 0

    def tick(progress: Progress | None = None) -> None:
        report(Progress("sampling text", min(n_done, n_tokens), n_tokens, "tokens"))

    _end_last_line(file)
    with file.open("a", encoding="utf-8") as kept:
        for chat, prompts in _turns(chat_prompts if model.has_chat_template else (), openings):
            if n_written >= n_tokens:
                return
            missing = [prompt for prompt in prompts if (chat, prompt) not in samples]
            for index, generation in model.generate(
                missing, max_new_tokens=max_new_tokens, temperature=1.0, seed=seed, chat=chat, report=tick
            ):
                sample = Sample(chat, missing[index], generation.text, generation.n_tokens)
                samples[chat, sample.prompt] = sample
                kept.write(json.dumps(asdict(sample), ensure_ascii=False) + "\n")
                kept.flush()
                n_done += sample.tokens
            for sample in (samples[chat, prompt] for prompt in prompts):
                n_written += sample.tokens
                # An answer stands alone; a continuation needs its beginning.
                text = (sample.text if chat else sample.prompt + sample.text).strip()
                if len(text) >= SHORTEST:
                    yield Passage(text, "sampled from the model")
            n_done = n_written
            tick()
    if n_written < n_tokens:
        raise UserError(
            f"The prompts were used up after {n_written:,} of {n_tokens:,} sampled tokens.",
            "Sample fewer tokens, and name more text files instead.",
        )


def _turns(chat_prompts: Sequence[str], openings: Sequence[str]) -> Iterator[tuple[bool, Sequence[str]]]:
    """Batches of chat prompts (True) and of openings (False) in turn."""
    sizes = (BATCH, BATCH // 2) if chat_prompts else (0, BATCH)
    n_turns = max(-(-len(chat_prompts) // BATCH), -(-len(openings) // sizes[1]))
    for turn in range(n_turns):
        for chat, prompts, size in ((True, chat_prompts, sizes[0]), (False, openings, sizes[1])):
            if batch := prompts[turn * size : (turn + 1) * size]:
                yield chat, batch


def kept_samples(folder: Path) -> Iterator[Sample]:
    """What was sampled into the folder so far; lines that a kill or another process cut are passed over."""
    file = folder / SAMPLES_FILE
    if not file.exists():
        return
    for line in file.read_bytes().splitlines():
        with suppress(ValueError, TypeError):
            yield Sample(**json.loads(line))


def _end_last_line(file: Path) -> None:
    """After a kill in the middle of a line, what comes next begins on a line of its own."""
    if file.exists() and (content := file.read_bytes()) and not content.endswith(b"\n"):
        with file.open("ab") as kept:
            kept.write(b"\n")


def _size(pool: Sequence[Passage]) -> int:
    return sum(len(passage.text) for passage in pool)
