"""Domain: the steps that a test can set up.

The memory holds any legal state, reachable or not, because a test sets it. Inputs are within
their ranges, the step takes one of its allowed times, and the assumptions hold that speak of
inputs and parameters alone. An assumption that looks back is left out: which past a test means
is not said by the memory of the machine, so that some vectors may show a step whose past the
author excludes. It is the step after power-up that is left out, whose dt is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from spec.draft import DT, FIRST
from spec.machine import Span
from spec.system import Cell, StateVariable, TransitionSystem
from spec.term import FALSE, Term, at_most, both, number, substitute, variables


@dataclass(frozen=True)
class Domain:
    """The steps of `system` that a test can set up.

    Attributes:
        vary_parameters: Parameters range over their spans; else they have their defaults.
    """

    system: TransitionSystem
    vary_parameters: bool

    @cached_property
    def memory(self) -> tuple[StateVariable, ...]:
        """What the machine itself remembers."""
        return tuple(each for each in self.system.state if not each.observed)

    @cached_property
    def inputs(self) -> tuple[Cell, ...]:
        """The machine's inputs and dt."""
        names = {each.name for each in self.system.machine.inputs} | {DT}
        return tuple(each for each in self.system.inputs if each.name in names)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All that is set, in the order of the system."""
        return (*self.system.parameters, *self.memory, *self.inputs)

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The values of each cell, by name."""
        spans = {each.name: each.span for each in self.cells}
        spans[DT] = self.system.machine.time.step
        if not self.vary_parameters:
            spans |= {
                each.name: Span(each.default, each.default) for each in self.system.parameters
            }
        return spans

    @cached_property
    def assumptions(self) -> tuple[Term, ...]:
        """Those that one step can break."""
        names = {each.name for each in (*self.inputs, *self.system.parameters)}
        later = substitute(self.system.assumptions, {FIRST: FALSE})
        return tuple(each for each in later if variables(each).keys() <= names)

    def allows(self, spared: str = "") -> Term:
        """Whether the assumptions hold, and all of the memory but `spared` is legal."""
        legal = [
            both(at_most(number(span.lowest), each.variable), at_most(each.variable, highest))
            for each in self.memory
            if not each.variable.boolean and each.name != spared
            for span in [self.spans[each.name]]
            for highest in [number(span.highest)]
        ]
        return both(*self.assumptions, *legal)
