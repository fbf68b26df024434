"""The sentences of a scanned corpus in which a feature fires most strongly, as the scores take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.features.interp_score import SentenceMaximum

if TYPE_CHECKING:
    from tools.models.language_model import LanguageModel
    from tools.sae.scan import Scan


class Contexts:
    """Looks up the strongest sentences of any feature."""

    def __init__(self, model: LanguageModel, scan: Scan) -> None:
        self._tokenizer = model.tokenizer
        self._scan = scan
        self._pieces: dict[int, str] = {}
        """Tokens as text: the same few thousand come again and again."""

    def strongest(self, feature: int, n: int) -> list[SentenceMaximum]:
        """At most n sentences, the strongest first; none where the feature fires nowhere."""
        places = self._scan.strongest
        rows = zip(
            places.sentence[feature, :n].tolist(),
            places.position[feature, :n].tolist(),
            places.value[feature, :n].tolist(),
            strict=True,
        )
        return [
            SentenceMaximum(
                text=self._scan.sentences[sentence],
                tokens=tuple(self._piece(token) for token in self._scan.token_ids[sentence]),
                strongest=position,
                maximum=value,
                fires=True,
            )
            for sentence, position, value in rows
            if sentence >= 0
        ]

    def _piece(self, token: int) -> str:
        if token not in self._pieces:
            self._pieces[token] = self._tokenizer.decode([token])
        return self._pieces[token]
