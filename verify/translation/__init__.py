"""Translation validation: code, down to its bytes, against the transition system.

Nothing here knows how code is generated: it is read as a compiler or a processor reads it.
"""
