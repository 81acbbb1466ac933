"""Survival: which requirement survives which single fault."""
