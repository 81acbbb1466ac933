"""Proofs of systems: on the parts that matter, each kind of part once."""
