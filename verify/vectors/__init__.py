"""Test vectors: a few single steps that tell a machine from every machine nearly like it.

A target that no prover understands is held against them. They prove nothing; what they cover,
and what nothing can cover, is decided by evaluation and by the solver, never guessed.
"""

from verify.vectors.obligation import Kind, Obligation
from verify.vectors.suite import Suite, find

__all__ = ["Kind", "Obligation", "Suite", "find"]
