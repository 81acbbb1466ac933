"""How the controller is written down: generators that turn machines into code.

Never imports `verify`, nor the reverse: a validator that shares the generator's printer repeats
its mistakes. The only package that may import jinja2.
"""
