"""Which facts are meant by a path: those of a file, or of our own table."""

import hashlib
from pathlib import Path

from tools.editing.facts import AskedPrompt, EditFacts, Fact

OWN_FACTS = "own-facts"
"""Stands in a request for the facts that Benchwright ships."""


def facts_of(path: str, limit: int | None) -> EditFacts:
    """The first `limit` facts (None: all) of a file, or of our own. Raises EditError."""
    from tools.editing.edit import EditError
    from tools.editing.fact_files import read_facts

    if limit is not None and limit < 1:
        raise EditError("There are no edits to evaluate in 0 records.", "Ask for 1 or more.")
    facts = own_facts_as_file(limit) if path == OWN_FACTS else read_facts(Path(path).expanduser(), limit)
    if not facts.facts:
        reasons = "; ".join(dict.fromkeys(each.reason.rstrip(".") for each in facts.rejected[:3]))
        raise EditError(
            f"No edit can be made of any of the {facts.n_records:,} records of {facts.name}: {reasons}.",
            "Give records whose subject stands in the prompt.",
        )
    return facts


def own_facts_as_file(limit: int | None = None) -> EditFacts:
    """The shipped facts, in the form of a file's; the first `limit`."""
    from prompts.probes.own_facts import own_facts

    facts = tuple(
        Fact(
            number=number,
            request=own.request,
            paraphrases=own.paraphrases,
            neighbourhood=tuple(
                AskedPrompt(prompt=prompt, target=own.request.true_target or "")
                for prompt in own.neighbourhood
            ),
        )
        for number, own in enumerate(own_facts(), start=1)
    )
    told = "\n".join(fact.model_dump_json() for fact in facts)
    return EditFacts(
        name=OWN_FACTS,
        layout="Benchwright's own",
        form="success",
        hash=hashlib.sha256(told.encode()).hexdigest(),
        facts=facts[:limit],
    )
