"""Text that an SAE is trained on: passages read from files, and passages that the model itself wrote.

Every passage belongs to the training set or, by a hash of its text, to the held-out set (8 %): the same passage
always falls on the same side, whatever is read beside it.
"""

from __future__ import annotations

import gzip
import hashlib
import html.parser
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import UserError
from tools.progress import Progress, Report, silent

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel

HELD_OUT_SHARE = 0.08
SHORTEST = 80
"""Characters; shorter paragraphs are joined with those that follow."""
SAMPLES_FILE = "samples.jsonl"
BATCH = 64
SUFFIXES = (".txt", ".md", ".html", ".jsonl", ".gz", ".dz")


@dataclass(frozen=True)
class Passage:
    """One piece of running text and where it is from."""

    text: str
    source: str

    @property
    def is_held_out(self) -> bool:
        """Whether training must not see it."""
        return int.from_bytes(hashlib.sha256(self.text.encode()).digest()[:4], "big") < HELD_OUT_SHARE * 2**32


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
        for text in _texts(file):
            found = True
            yield Passage(text, path.name)
    if not found:
        raise UserError(f"{path} holds no text.", f"Name files that end in {', '.join(SUFFIXES)}.")


def choose(sources: Sequence[Iterable[Passage]], n_characters: int, seed: int) -> list[Passage]:
    """About `n_characters` of training text, shared evenly between the sources, and all held-out passages' share.

    What a small source cannot give is taken from the others. Order and choice depend on the seed alone.
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
    done = {(sample["chat"], sample["prompt"]): sample for sample in _whole_lines(file)}
    n_written = 0
    with file.open("a", encoding="utf-8") as kept:
        for chat, prompts in _turns(chat_prompts if model.has_chat_template else (), openings):
            if n_written >= n_tokens:
                return
            missing = [prompt for prompt in prompts if (chat, prompt) not in done]
            generations = model.generate(
                missing, max_new_tokens=max_new_tokens, temperature=1.0, seed=seed, chat=chat
            )
            for index, generation in generations:
                sample = {"chat": chat, "prompt": missing[index], "text": generation.text}
                sample["tokens"] = generation.n_tokens
                done[chat, missing[index]] = sample
                kept.write(json.dumps(sample, ensure_ascii=False) + "\n")
                kept.flush()
                report(Progress("sampling text", n_written + generation.n_tokens, n_tokens, "tokens"))
            for prompt in prompts:
                sample = done[chat, prompt]
                n_written += sample["tokens"]
                # An answer stands alone; a continuation needs its beginning.
                text = sample["text"] if chat else prompt + sample["text"]
                if len(text.strip()) >= SHORTEST:
                    yield Passage(text.strip(), "sampled from the model")
            report(Progress("sampling text", min(n_written, n_tokens), n_tokens, "tokens"))
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


def _whole_lines(file: Path) -> Iterator[dict]:
    """The samples in a file; a last line that a kill cut off is removed from it."""
    if not file.exists():
        return
    lines = file.read_bytes().splitlines(keepends=True)
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()
        file.write_bytes(b"".join(lines))
    for line in lines:
        yield json.loads(line)


def _texts(file: Path) -> Iterator[str]:
    """The running texts in one file."""
    try:
        if file.suffix in (".gz", ".dz"):
            content = gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
        else:
            content = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".jsonl":
            yield from (json.loads(line)["text"].strip() for line in content.splitlines() if line.strip())
            return
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{file} cannot be read as text ({error}).", "Check the file, or leave it out."
        ) from error
    yield from _paragraphs(_without_tags(content) if file.suffix == ".html" else content)


def _paragraphs(content: str) -> Iterator[str]:
    """Paragraphs between blank lines, each on one line; short ones are joined with those that follow."""
    waiting = ""
    for paragraph in re.split(r"\n\s*\n", content):
        waiting = f"{waiting} {' '.join(paragraph.split())}".strip()
        if len(waiting) >= SHORTEST:
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


class _TextOfHtml(html.parser.HTMLParser):
    """Collects what a reader sees; block elements begin a new paragraph."""

    BLOCKS = frozenset(
        [
            "p",
            "div",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "tr",
            "td",
            "dd",
            "dt",
            "pre",
            "blockquote",
            "br",
            "table",
            "ul",
            "ol",
        ]
    )
    UNSEEN = frozenset(("script", "style", "head"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in self.UNSEEN
        if tag in self.BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in self.UNSEEN))
        if tag in self.BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def _without_tags(content: str) -> str:
    parser = _TextOfHtml()
    parser.feed(content)
    return "".join(parser.parts)


def _size(pool: Sequence[Passage]) -> int:
    return sum(len(passage.text) for passage in pool)
