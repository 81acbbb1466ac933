"""What runs the generated code: compilers, checkers, and every machine that it was written for.

A tool that is missing fails the test that asks for it: nothing here skips.
"""
