"""Requirement conflicts: whether any machine at all could satisfy the requirements of a text.

Requirements are read as constraints on inputs and outputs; the regions of the text decide nothing
here. A conflict counts only once every choice of outputs was tried without a solver.
"""
