"""Weight edits: a fact as a low-rank change of one MLP down-projection, computed, applied, validated, undone."""
