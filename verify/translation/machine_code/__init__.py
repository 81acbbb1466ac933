"""Machine code: what a function does, read from its bytes in two ways that share no semantics.

Compilers, headers and linkers need not be trusted: they are not asked.
"""
