"""Softmax regression, fitted the same way every time, whose weights are kept beside the catalogue."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from agent.planner import catalogue

if TYPE_CHECKING:
    import numpy as np

_ROUNDS = 400


def fitted(rows: np.ndarray, wanted: np.ndarray, weights: np.ndarray, decay: float) -> np.ndarray:
    """Weights [features, classes] for `rows` [n, features] of the classes `wanted` [n, classes], 0 or 1.

    Full-batch Nesterov descent on the cross-entropy with weight decay; row i counts `weights[i]` (sum 1).
    """
    import numpy as np

    found = np.zeros((rows.shape[1], wanted.shape[1]), dtype=np.float32)
    momentum = np.zeros_like(found)
    for _ in range(_ROUNDS):
        ahead = found + 0.9 * momentum
        error = (probabilities(rows, ahead) - wanted) * weights[:, None]
        momentum = 0.9 * momentum - 0.3 * (rows.T @ error + decay * ahead)
        found = found + momentum
    return found


def probabilities(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[n, classes]: how likely each class is for each row."""
    import numpy as np

    scores = rows @ weights
    scores = scores - scores.max(axis=1, keepdims=True)
    scores = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    likely: np.ndarray = np.exp(scores)
    return likely


def kept(name: str, fingerprint: str) -> np.ndarray | None:
    """The weights in the catalogue's file `name`; None where they were fitted on something else."""
    import numpy as np

    try:
        with (
            (files(catalogue.__name__) / name).open("rb") as stored,
            np.load(stored, allow_pickle=False) as found,
        ):
            if str(found["catalogue"]) == fingerprint:
                weights: np.ndarray = found["weights"].astype(np.float32)
                return weights
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass
    return None


def keep(name: str, fingerprint: str, weights: np.ndarray) -> None:
    """Write weights in half precision, with the hash of what they were fitted on."""
    from pathlib import Path

    import numpy as np

    place = Path(str(files(catalogue.__name__) / name))
    np.savez_compressed(place, weights=weights.astype(np.float16), catalogue=np.array(fingerprint))
