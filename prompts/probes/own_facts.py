"""Facts of our own writing to try edits on (`own_fact_tables/`), in the form of CounterFact's records."""

from functools import cache

from prompts.probes.relation import FOLDER, read_table
from tools.editing.request import PLACE, EditRequest
from tools.results import Result


class OwnFact(Result):
    """An edit with the prompts that tell whether it generalises and whether it stays where it belongs."""

    relation: str
    request: EditRequest
    paraphrases: tuple[str, ...]
    """Prompts that say the same of the same subject: the new target should follow."""
    neighbourhood: tuple[str, ...]
    """Prompts about other subjects: the true target should follow, before and after."""


@cache
def own_facts() -> tuple[OwnFact, ...]:
    """All of them, file by file."""
    files = sorted((FOLDER / "own_fact_tables").glob("*.toml"))
    return tuple(_fact(row) for file in files for row in read_table(file)["fact"])


def _fact(row: dict) -> OwnFact:
    request = EditRequest(**{name: row[name] for name in ("subject", "prompt", "target", "true_target")})
    about_others = [
        request.prompt.replace(PLACE, _inside(request.prompt, name)) for name in row.get("neighbours", ())
    ]
    return OwnFact(
        relation=row["relation"],
        request=request,
        paraphrases=tuple(text.replace(PLACE, _inside(text, request.subject)) for text in row["paraphrases"]),
        neighbourhood=(*about_others, *row.get("neighbourhood", ())),
    )


def _inside(prompt: str, name: str) -> str:
    """A name within a sentence, where its article is small."""
    if name.startswith("The ") and not prompt.startswith(PLACE):
        return "the " + name[4:]
    return name
