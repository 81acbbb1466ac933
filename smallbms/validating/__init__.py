"""Validating: which function of which file is compared with what, level by level.

The levels themselves are in `verify.translation`, which knows nothing of files; what is compared
with what `smallbms generate` writes is decided here.
"""
