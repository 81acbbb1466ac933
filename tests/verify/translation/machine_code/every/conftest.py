"""Whoever wants these tests names them, as `make test-isa` does: they take minutes."""

collect_ignore_glob = ["test_*.py"]
