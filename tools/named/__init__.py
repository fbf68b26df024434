"""Standardised benchmarks by their names, through lm-eval on the model in memory; HumanEval in our own sandbox."""
