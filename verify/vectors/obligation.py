"""Obligations: what some vector has to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.term import Term


class Kind(Enum):
    """What sort of thing is shown."""

    TRANSITION = "transitions"
    DECISION = "decisions"
    BOUNDARY = "boundaries"
    MUTANT = "mutants"
    ROBUSTNESS = "robustness"


@dataclass(frozen=True, slots=True)
class Corruption:
    """A value that no run leaves in the memory, but a disturbed one may hold."""

    name: str
    value: int


@dataclass(frozen=True, slots=True, eq=False)
class Obligation:
    """A step in which `term` holds shows what `sentence` says.

    Attributes:
        term: Over memory and inputs before the step, and parameters.
        corruption: What is beyond its span; all the rest of the memory, and all of it where
            this is None, is within.
    """

    kind: Kind
    sentence: str
    term: Term
    corruption: Corruption | None = None

    @property
    def spared(self) -> str:
        """The name of the cell that need not be legal, empty if all must be."""
        return "" if self.corruption is None else self.corruption.name
