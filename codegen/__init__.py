"""How the controller is written down: the home of the generators, which arrive next milestone.

Never imports `verify`, nor the reverse: a validator that shares the generator's printer repeats
its mistakes. The only package that may import jinja2.
"""
