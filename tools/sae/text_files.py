"""Running text in files: plain text and Markdown, HTML, JSON lines, and gzipped text (dictd's `.dz` is a kind)."""

from __future__ import annotations

import gzip
import html.parser
import json
import re
from collections.abc import Iterator
from pathlib import Path

from tools.errors import UserError

SUFFIXES = (".txt", ".md", ".html", ".jsonl", ".gz", ".dz")
SHORTEST = 80
"""Characters; shorter paragraphs are joined with those that follow."""


def read_texts(file: Path) -> Iterator[str]:
    """The running texts in one file, in its order. Raises UserError where it cannot be read as text."""
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

    BLOCK = re.compile("p|div|li|h[1-6]|tr|td|dd|dt|pre|blockquote|br|table|ul|ol")
    UNSEEN = re.compile("script|style|head")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.unseen += bool(self.UNSEEN.fullmatch(tag))
        if self.BLOCK.fullmatch(tag):
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - bool(self.UNSEEN.fullmatch(tag)))
        if self.BLOCK.fullmatch(tag):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data)


def _without_tags(content: str) -> str:
    parser = _TextOfHtml()
    parser.feed(content)
    return "".join(parser.parts)
