"""Options: what is wanted beside the step itself."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.boards.board import Board
from spec.vectors import Vector


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted beside the step.

    Attributes:
        settable: Parameters with a range are given at run time, and checked there.
        monitors: Requirements as past-time monitors.
        unverified: Ids of the requirements that are not proved; the banner says so.
        vectors: Steps for unit tests, with any parameters if `settable`, else with the defaults;
            without any, there are no unit tests.
        board: What a firmware runs on; None stands for the one that is shipped.
    """

    settable: bool = False
    monitors: bool = False
    unverified: tuple[str, ...] = ()
    vectors: tuple[Vector, ...] = ()
    board: Board | None = None
