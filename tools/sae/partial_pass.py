"""Moved to `tools.models.partial_pass`; this name is left for modules that have not followed yet."""

from tools.models.partial_pass import changed_entry, read_stream, skipped

__all__ = ["changed_entry", "read_stream", "skipped"]
