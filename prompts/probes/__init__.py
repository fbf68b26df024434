"""Probes of weight edits: what the edit benchmarks ask an edited model, made from the edit itself."""
