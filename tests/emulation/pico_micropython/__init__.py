"""The program in MicroPython, frozen into a genuine image, on an emulated Pico.

Building the image takes minutes the first time, so these tests are a stage of their own:
`make test-pico-micropython`.
"""
