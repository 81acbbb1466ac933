"""The program in MicroPython for the Pico, on interpreters of this machine, with no chip."""
