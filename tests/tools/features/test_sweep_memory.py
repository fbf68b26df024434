"""A sweep of a large corpus holds no more of it in memory than its text and its embeddings."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEASURE = """
import resource, sys
from pathlib import Path

import numpy as np

from tests.planted_sae import SENTENCES, planted_model, planted_sae
from tools.features import sweep as sweeping

def one_vector_for_all(scan, report=None):
    return np.broadcast_to(np.full(384, 384**-0.5, dtype=np.float32), (len(scan.sentences), 384))

sweeping.embedded = one_vector_for_all
sentences = [sentence for about in SENTENCES.values() for sentence in about]
folder = Path(sys.argv[1])
for n in (1_000, 24_000):
    corpus = [f"{sentences[number % len(sentences)]} {number}" for number in range(n)]
    sweeping.sweep(planted_model(), planted_sae(), corpus, folder / "sweeps", folder / "scans")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_corpus_but_for_its_text_and_embeddings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    small, large = map(int, done.stdout.split())
    # In kB. The residual streams of 23,000 sentences of some ten tokens would be 44 MB, one copy of their
    # embeddings 35 MB; their text, and where to find it, is 12 MB.
    assert large - small < 25_000
