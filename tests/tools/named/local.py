"""Questions in the columns of known data sets, written down as files."""

import json
from pathlib import Path


def write(path: Path, rows: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def arc(folder: Path, n: int = 6) -> str:
    """ARC's columns; the answers take turns."""
    return write(
        folder / "arc.jsonl",
        [
            {
                "id": f"q{number}",
                "question": f"What comes after {number}?",
                "choices": {"text": ["one", "two two", "the river", "Paris"], "label": ["A", "B", "C", "D"]},
                "answerKey": "ABCD"[number % 4],
            }
            for number in range(n)
        ],
    )


def gsm8k(folder: Path, n: int = 8) -> str:
    """GSM8K's columns."""
    return write(
        folder / "gsm8k.jsonl",
        [
            {"question": f"What is {number} + 1?", "answer": f"One more.\n#### {number + 1}"}
            for number in range(n)
        ],
    )


def mmlu(folder: Path) -> str:
    """MMLU's columns with two of its subjects."""
    return write(
        folder / "mmlu.jsonl",
        [
            {
                "question": f"Question {number}?",
                "subject": subject,
                "choices": ["one", "two", "three", "four"],
                "answer": number % 4,
            }
            for subject in ("anatomy", "astronomy")
            for number in range(5)
        ],
    )
