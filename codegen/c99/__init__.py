"""C99: a freestanding header and source, with ACSL contracts."""
