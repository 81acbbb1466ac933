"""From text to a checked `Machine`: grammar, parser, unit and type checker.

A fault in the text is an error with its place and a way out, never an exception of Python's,
and all faults of a text are reported in one run.
"""
