"""Parametric programming problems with reference solutions, one file for each sub-type of `code_generation`."""
