"""Relations with their wordings, in TOML files by field of life; read by `prompts.probes.relation`."""
