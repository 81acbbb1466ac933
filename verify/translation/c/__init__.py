"""C source: what its functions do, read as C99 says, on a processor with an int of 32 bits.

Neither a compiler nor the headers of a machine are asked. It is taken for granted that a compiler
accepts the files, as they are, with no macro from its command line.
"""
