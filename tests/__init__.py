"""The tests, in folders that mirror the packages; in `tests/corpus` the folder is the verdict."""
