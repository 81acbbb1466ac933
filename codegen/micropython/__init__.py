"""MicroPython: one plain module, which runs on CPython too."""
