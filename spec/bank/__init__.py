"""Banks: the batteries around a smallBMS and what hangs on its outputs, judged by the datasheet.

Data and arithmetic without floats; a number that no source gives names a decision of ours.
"""
