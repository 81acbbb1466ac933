"""Certificates: the few lemmas that a proof rests on, and their obligations as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spec.system import TransitionSystem
from spec.term import Term, canonical
from verify.encoding import OneStep
from verify.engines.templates import bounds
from verify.evidence.obligations import obligations
from verify.evidence.smtlib import TooWide
from verify.smt import Formula, Satisfiable, implies, negated, symbol
from verify.verdict import Certificate


class Minimizer:
    """Finds small inductive parts of one large invariant."""

    def __init__(self, step: OneStep, invariant: Sequence[Term]) -> None:
        self._step = step
        self._lemmas = list(invariant)
        self._solver = step.solver()
        self._assumed: dict[str, tuple[Formula, Term]] = {}
        for k, lemma in enumerate(self._lemmas):
            name = f"lemma {k}"
            literal = symbol(name, boolean=True)
            self._assumed[name] = (literal, lemma)
            self._solver.add(implies(literal, step.before.formula(lemma)))
        self._kept_by: dict[int, list[Term]] = {}
        self._number_of = canonical()
        self._order = {self._number_of(each): k for k, each in enumerate(self._lemmas)}

    def certificate(self, goal: Term) -> Certificate:
        """Lemmas that imply `goal` and are inductive together."""
        needed: dict[int, Term] = {}
        pending = self.implying(goal)
        while pending:
            for lemma in pending:
                needed[self._number_of(lemma)] = lemma
            # An invariant of integers may be too weak in bit-vectors, where sums wrap, unless
            # the range of every variable that occurs is a part of it.
            cone = self._step.system.cone(goal, *needed.values())
            ranges = [each for each in bounds(cone) if self._number_of(each) in self._order]
            support = [each for lemma in [*pending, *ranges] for each in self._support(lemma)]
            pending = list(
                {
                    number: each
                    for each in [*ranges, *support]
                    if (number := self._number_of(each)) not in needed
                }.values()
            )
        order = sorted(needed, key=self._order.__getitem__)
        return Certificate(tuple(needed[number] for number in order), goal)

    def _support(self, lemma: Term) -> list[Term]:
        """Lemmas that keep `lemma` true in the next step."""
        number = self._number_of(lemma)
        if number not in self._kept_by:
            self._kept_by[number] = self._core(self._step.after.formula(lemma))
        return self._kept_by[number]

    def implying(self, goal: Term) -> list[Term]:
        """Some of the lemmas that imply `goal`, perhaps not inductive without others."""
        return self._core(self._step.before.formula(goal))

    def _core(self, claim: Formula) -> list[Term]:
        literals = [literal for literal, _ in self._assumed.values()]
        if self._solver.check(*literals, negated(claim)) is not Satisfiable.NO:
            # Then the whole invariant is the certificate; the checkers will say what it is worth.
            return self._lemmas
        core = self._solver.core()
        return [lemma for name, (_, lemma) in self._assumed.items() if name in core]


@dataclass(frozen=True, slots=True)
class Script:
    """Obligations as text.

    Attributes:
        name: Of the file it may be written to.
        count: How many questions it asks; each must be answered unsat.
    """

    name: str
    text: str
    count: int
    logic: str


def scripts(
    system: TransitionSystem, certificate: Certificate, name: str, title: str
) -> list[Script]:
    """The obligations of `certificate` in integers and, where 64 bits do, in bit-vectors."""
    made = []
    for logic, bit_vectors in (("lia", False), ("bv", True)):
        try:
            text, count = obligations(system, certificate, title, bit_vectors=bit_vectors)
        except TooWide:
            continue
        made.append(Script(f"{name}.{logic}.smt2", text, count, logic))
    return made
