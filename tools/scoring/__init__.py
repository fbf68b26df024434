"""Scoring methods, one file each.

Contract of a module here (checked by `tools.registry`):

- its docstring is the definition shown by "how is ... computed?": first line what it measures, then the
  formula, the source and the caveats;
- `GENERATES: bool`: whether the model writes text (then prompts go through its chat template);
- `class Settings(BaseModel)`: every knob, frozen, with defaults; stored with the score;
- `score(subject, cases, settings, report) -> Iterator[Credit]`: one credit for each case, in any order, each
  yielded as soon as it is known, so that stopping keeps what is scored. Never raises for one bad case: that
  case is unscored with a reason;
- optional `summarise(cases, credits, settings) -> Score`: only where the score of many cases is not the mean
  of their credits (`divergence`), or more is to be said of it (`binary`).
"""

CONTRACT = ("GENERATES", "Settings", "score")
