"""Rendering: the one Jinja2 environment, for every target."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import jinja2

_FOLDER = Path(__file__).parent


@cache
def environment(target: str) -> jinja2.Environment:
    """The environment for the templates of `target`, a folder in here.

    Undefined names are errors; nothing is escaped, because what is written is no HTML; block tags
    stand alone on their lines and leave no trace.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / target / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def render(
    target: str, template: str, view: object, filters: Mapping[str, Callable[..., str]]
) -> str:
    """The text of `template` with `view` in it."""
    made = environment(target)
    made.filters.update(filters)
    return made.get_template(f"{template}.jinja").render(view=view)


def shift(text: str, level: int) -> str:
    """`text` with every line of it `level` levels in."""
    return textwrap.indent(text, "    " * level)
