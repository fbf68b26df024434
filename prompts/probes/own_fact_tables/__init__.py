"""Facts of our own writing to try edits on, in TOML files; read by `prompts.probes.own_facts`."""
