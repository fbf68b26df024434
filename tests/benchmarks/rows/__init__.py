"""The rows of the table, one file each.

Contract (checked by `tools.registry`): `WORK` and `AGAINST`, what is done and against what; `TARGET`, the ratio to
reach, or seconds where there is no other side; `contest(subjects) -> Contest`. The first docstring line says what the
row stands for.
"""

CONTRACT = ("WORK", "AGAINST", "TARGET", "contest")
