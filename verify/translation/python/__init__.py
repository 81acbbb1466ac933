"""MicroPython: the meaning of a function, from its source and from what is compiled of it."""
