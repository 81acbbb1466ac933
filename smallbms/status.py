"""Exit statuses: the whole answer for a pipeline that reads nothing else."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What a command says to the shell.

    Attributes:
        HOLDS: Everything that was asked for holds.
        FAILS: Something is violated or vacuous, or the sanity battery found a fault.
        USAGE: The command was used wrongly, or its output could not be written.
        SPECIFICATION: The text has errors.
        UNDECIDED: Nothing fails, but something was not decided within the limits.
        INTERNAL: A fault of this toolkit (EX_SOFTWARE of sysexits.h).
        INTERRUPTED: Ended by Ctrl-C, as shells count it.
    """

    HOLDS = 0
    FAILS = 1
    USAGE = 2
    SPECIFICATION = 3
    UNDECIDED = 4
    INTERNAL = 70
    INTERRUPTED = 130
