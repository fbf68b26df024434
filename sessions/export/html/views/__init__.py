"""Views of a chart, one file each: how the same numbers look as bars, pie, rings or line.

Contract of a module here (checked by `tools.registry`):

- its docstring says what the view shows;
- `draw(chart) -> tuple[Drawing, ...]`: one drawing, or one for each point.

Lengths are pixels or per cent of the drawing's width, so that text keeps its size on a phone.
"""

from sessions.export._report.blocks import View

CONTRACT = ("draw",)
ORDER: tuple[View, ...] = ("bar", "pie", "radial", "line")
"""As the buttons stand."""
