"""What a machine runs on, as data: pins, dividers, clocks and tolerances.

A board is a TOML file, checked against the machine that it is for. Nothing in here writes code.
"""
