"""Kinds of card as reports, one file each, named after `kind`.

Contract of a module here (checked by `tools.registry`):

- its docstring says what its report shows;
- `report(card) -> Report`: the card in the blocks of `sessions.export._report.blocks`. Text goes in as it is: who
  draws a block escapes it. The first chart is the one that a PNG shows.
"""

CONTRACT = ("report",)
