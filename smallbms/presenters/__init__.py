"""How results are shown: one presenter a file, from the terminal's table to JSON and JUnit.

A presenter turns finished results into text and changes no verdict; equal results give equal
text.
"""
