"""The one exception for what a command cannot do as asked."""

from __future__ import annotations


class Refused(Exception):
    """The command was used wrongly, or the system does not let it do what was asked.

    Attributes:
        way_out: What to do about it, or empty.
    """

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message)
        self.way_out = way_out
