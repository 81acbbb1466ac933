"""Whoever wants these tests names them, as `make test-frama-c` does.

They take minutes, and programs of 1 GB. Nothing is skipped: where a program is missing, they fail.
"""

collect_ignore_glob = ["test_*.py"]
