"""English phrases with their translations, and patterns that make more of them."""
