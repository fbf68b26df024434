"""Suites as files, one format a file, so that the same cases can be run elsewhere.

Contract of a module here (checked by `tools.registry`):

- its docstring says what the format holds;
- `EXTENSION: str`: the file name's ending; empty for a format that is a folder;
- `render(suite) -> str | dict[str, bytes]`: the suite in that format, or the files of a folder by name.
  Raises StoreError where the format cannot express the suite.
"""

CONTRACT = ("EXTENSION", "render")
DEFAULT_FORMAT = "jsonl"
