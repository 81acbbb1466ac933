"""Bare-metal C for the Raspberry Pi Pico: a whole firmware, without an SDK and a C library."""
