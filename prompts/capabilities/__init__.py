"""Capabilities, one file each: what can be asked of a model, as generators of cases.

Contract of a module here (checked by `tools.registry`):

- its docstring says what is measured, where the prompts come from and what is not covered;
- `SCORING: str`: the default scoring method, a module of `tools.scoring`;
- `SUBTYPES: tuple[str, ...]`: the named slices, snake_case; every case has one;
- `DIFFICULTIES: tuple[Difficulty, ...]`: at least two, from easy to hard;
- `VERSION: str`: raised whenever the same seed would give other cases;
- `generate(n, seed, subtypes, difficulty) -> list[Case]`: n cases, spread evenly over the sub-types asked for
  (empty: all) and, where `difficulty` is None, over the difficulties; no network, no LLM, no global random
  state; the same arguments give the same cases, on every machine; no two cases have the same prompt.

Importing a module must be cheap (no heavy library at the top): the planner reads them all.
"""

CONTRACT = ("SCORING", "SUBTYPES", "DIFFICULTIES", "VERSION", "generate")
