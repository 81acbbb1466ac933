"""Watching a controller from outside: what its status lines say, and what that says of it.

Nothing in here prints, and nothing but `port` knows that there is a serial line.
"""
