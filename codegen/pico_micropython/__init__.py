"""MicroPython for the Raspberry Pi Pico: a program to copy onto one, or to freeze into a UF2."""
