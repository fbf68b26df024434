"""The kinds of card, one file each; `sessions.card` joins them."""
