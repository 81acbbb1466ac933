"""The front door: the `smallbms` command, which puts specification, proofs and output together.

It may import every other package and none may import it; nothing below it prints or exits.
"""
