"""Which sentences of a corpus use the words that labels list: looked up for thousands of labels at once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice, takewhile

from prompts._label import exact_pattern_of, is_affix, pattern_of, read_label
from tools.errors import SuiteError

_WORD = re.compile(r"\w+")


class LabelWords:
    """The words of a corpus, with the sentences that they are in."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = sentences
        found: dict[str, set[int]] = defaultdict(set)
        for index, sentence in enumerate(sentences):
            for word in _WORD.findall(sentence):
                found[word.lower()].add(index)
        self._sentences_with = dict(found)
        self._words = sorted(found)
        self._look_up = cache(self._sentences_using)

    def __call__(self, label: str) -> tuple[Sequence[int], Sequence[int]] | None:
        """Indices of the sentences that use a word which the label lists, and of those that use it in any form.

        None for a label that describes something instead; nothing for one that no sentence can be written for.
        """
        try:
            read = read_label(label)
        except SuiteError:
            return (), ()
        if not read.is_list:
            return None
        exactly, in_any_form = (
            sorted({index for word in read.words for index in self._look_up(word, inflected)})
            for inflected in (False, True)
        )
        return exactly, in_any_form

    def _sentences_using(self, word: str, inflected: bool) -> frozenset[int]:
        pattern = pattern_of(word) if inflected else exact_pattern_of(word)
        bare = word.strip("-").lower()
        if not (bare.isascii() and bare.isalnum()):
            return frozenset(i for i, sentence in enumerate(self._sentences) if pattern.search(sentence))
        candidates = self._words if is_affix(word) else self._beginning_with(bare[:-1] or bare)
        return frozenset(
            index for each in candidates if pattern.search(each) for index in self._sentences_with[each]
        )

    def _beginning_with(self, stem: str) -> Iterable[str]:
        """The corpus' words that begin so: every form of a word does, but for its last letter."""
        start = bisect_left(self._words, stem)
        return takewhile(lambda word: word.startswith(stem), islice(self._words, start, None))
