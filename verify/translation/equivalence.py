"""Equivalence: whether an evaluated function leaves behind what its routine says.

Two questions for a solver: is there a call after which some value differs, and is there one on
whose way the code does what it must not? No answer but "no" is taken for a proof, and an example
is worked out once more, without the solver, before it is believed.
"""

from __future__ import annotations

from collections.abc import Mapping

from spec.execution import compile_terms
from spec.expression import BOOLEAN, ValueType
from spec.machine import Span
from spec.system import Cell
from spec.term import Term, is_boolean, variables
from verify import bits, questions
from verify.bits import Bits, Condition
from verify.questions import Query
from verify.smt import Satisfiable
from verify.translation.evaluated import Evaluated, Forbidden
from verify.translation.finding import Difference, Example, Finding, Given, Outcome
from verify.translation.meaning import Meaning, Value, width_for
from verify.translation.routine import RESULT, Access, Routine, after

# z3's units of work for one question: some ten seconds, for code far larger than a controller's.
WORK = 100_000_000
# More values than this are compared one by one.
_MANY = 16


def compare(routine: Routine, subject: str, evaluated: Evaluated) -> Finding:
    """Whether the function `subject`, which was evaluated, does what `routine` says."""
    comparison = _Comparison(routine, evaluated)
    asked = {
        name: [*comparison.natural, each] for name, each in comparison.differences().items()
    } | {
        "safe": [
            *comparison.world,
            bits.either(comparison.broken(), comparison.unclaimed(natural=False)),
        ],
    }
    if any(each.natural for each in routine.claims):
        asked["claimed"] = [
            *comparison.world,
            *comparison.natural,
            comparison.unclaimed(natural=True),
        ]
    possible = Query(comparison.natural, WORK).answer()
    if possible is not Satisfiable.YES:
        # Of calls that cannot be made, everything is true.
        told = "no call is allowed" if possible is Satisfiable.NO else "the solver gave up"
        return Finding(subject, Outcome.UNKNOWN, reason=told)
    queries: dict[str, str] = {}
    for name, formulas in asked.items():
        query = Query(formulas, WORK)
        answer = query.answer()
        if answer is Satisfiable.UNDECIDED:
            return Finding(subject, Outcome.UNKNOWN, reason="the solver gave up")
        if answer is Satisfiable.YES:
            example = comparison.example(query)
            if example is None:
                told = "the solver's example could not be reproduced"
                return Finding(subject, Outcome.UNKNOWN, reason=told)
            return Finding(subject, Outcome.DIFFERS, example=example)
        queries[name] = query.script()
    return Finding(subject, Outcome.PROVED, queries=queries)


def assumptions(routine: Routine, evaluated: Evaluated) -> list[Condition]:
    """What may be taken for granted of every call, for questions about the code alone."""
    return _Comparison(routine, evaluated).world


def given(routine: Routine, evaluated: Evaluated, values: Mapping[str, int]) -> tuple[Given, ...]:
    """What the function is given in the call in which each symbol has its value of `values`."""
    return _Comparison(routine, evaluated).given(values)


class _Comparison:
    """A routine, an evaluated function, and the meaning of all that is between them."""

    def __init__(self, routine: Routine, evaluated: Evaluated) -> None:
        self.routine = routine
        self.evaluated = evaluated
        self.expected = dict(routine.expected)
        self.got = dict(evaluated.after)
        if evaluated.result is not None:
            self.got[RESULT] = evaluated.result
        claimed = variables(*(each.term for each in routine.claims))
        if evaluated.result is None and (routine.result is not None or after(RESULT) in claimed):
            raise Forbidden("nothing is returned")
        if routine.result is not None:
            self.expected[RESULT] = routine.result
        self.structures = {
            each.variable: structure
            for structure in routine.structures
            for each in structure.members
        }
        self.members = {
            each.variable: each
            for each in (
                *routine.scalars,
                *(each for structure in routine.structures for each in structure.members),
            )
        }
        # Numbers are as wide as what is said of them needs; claims say more than values.
        claims = [each.term for each in routine.claims]
        self.meaning = self._meaning(list(self.expected.values()), ())
        self.claimed = self._meaning(claims, routine.free) if claims else self.meaning
        self.world = self._world(self.claimed)
        # The system's numbers are never below 0; where the code's can be, claims take over.
        self.natural = [
            *self._world(self.meaning),
            *(
                bits.signed_at_most(self.meaning.constant(0), self.meaning.numbers[name])
                for name, value in evaluated.before.items()
                if value.signed and self._is_kept(name)
            ),
        ]

    def differences(self) -> dict[str, Condition]:
        """For some values together, by a name: one is not what it must be after the call.

        Of the few of a step, solvers are quickest when asked at once; of a monitor's many, which
        have little to do with one another, when asked one by one.
        """
        differing = [self._differs(name) for name in self.expected]
        if len(differing) <= _MANY:
            return {"equal": bits.either(*differing)}
        return {f"equal {number}": each for number, each in enumerate(differing, 1)}

    def broken(self) -> Condition:
        """The code does what it must not."""
        return bits.negation(bits.both(*(each.holds for each in self.evaluated.obligations)))

    def unclaimed(self, *, natural: bool) -> Condition:
        """Something does not hold that is claimed of `natural` calls only, or of all calls."""
        wanted = [each for each in self.routine.claims if each.natural is natural]
        return bits.negation(bits.both(*(self.claimed.truth(each.term) for each in wanted)))

    def example(self, query: Query) -> Example | None:
        """The call that `query` found, worked out anew; None if nothing is wrong with it."""
        values = self._values(query)
        before = {
            name: self._run(name, value, values) for name, value in self.evaluated.before.items()
        }
        got = {name: self._run(name, value, values) for name, value in self.got.items()}
        expected, claimed = self._worked_out(before, got, values)
        given = self.given(values)
        # Of numbers below 0 only what is claimed is asked.
        natural = all(questions.run_truth(each, values) for each in self.natural)
        differences = tuple(
            Difference(
                self._said(name),
                self._type(name),
                expected[name],
                got[name],
                self._written(name, values),
            )
            for name in self.expected
            if natural and expected[name] != got[name]
        )
        for each in self.evaluated.obligations:
            if not questions.run_truth(each.holds, values):
                return Example(given, differences, each.text, each.place)
        failed = [
            each
            for each, holds in zip(self.routine.claims, claimed, strict=True)
            if not holds and (natural or not each.natural)
        ]
        if failed and not differences:
            return Example(given, (), f"not so: {failed[0].text}", "")
        return Example(given, differences, "", "") if differences else None

    def given(self, values: Mapping[str, int]) -> tuple[Given, ...]:
        """What can be read before the call, as the code reads it."""
        return tuple(
            Given(
                self._said(name),
                self.members[name].type,
                value.number(questions.run(value.bits, values)),
            )
            for name, value in self.evaluated.before.items()
        )

    def _written(self, name: str, values: Mapping[str, int]) -> str:
        written = self.evaluated.written.get(name)
        return "" if written is None else written.places[questions.run(written.index, values)]

    def _worked_out(
        self, before: Mapping[str, int], got: Mapping[str, int], values: Mapping[str, int]
    ) -> tuple[dict[str, int], list[bool]]:
        """What is expected and whether each claim holds, by running the terms."""
        free = {each.name: self._free(each.name, values) for each in self.routine.free}
        known = {**before, **free, **{after(name): value for name, value in got.items()}}
        claims = [each.term for each in self.routine.claims]
        run = compile_terms(list(self.expected.values()), claims, [list(known)])
        expected, claimed = run(tuple(known.values()))
        return (
            dict(zip(self.expected, map(int, expected), strict=True)),
            [bool(each) for each in claimed],
        )

    def _free(self, name: str, values: Mapping[str, int]) -> int:
        if name in self.claimed.truths:
            return int(questions.run_truth(self.claimed.truths[name], values))
        number = Value(self.claimed.numbers[name], signed=True)
        return number.number(questions.run(number.bits, values))

    def _values(self, query: Query) -> dict[str, int]:
        values = (*self.evaluated.before.values(), *self.got.values())
        formulas: list[Bits | Condition] = [*query.formulas, *(each.bits for each in values)]
        return {name: query.value(each) for name, each in questions.symbols_in(formulas).items()}

    def _run(self, name: str, value: Value, values: Mapping[str, int]) -> int:
        number = value.number(questions.run(value.bits, values))
        return int(number != 0) if self._is_condition(name) else number

    def _is_condition(self, name: str) -> bool:
        if name != RESULT:
            return self.members[name].boolean
        return name in self.expected and is_boolean(self.expected[name])

    def _type(self, name: str) -> ValueType:
        return BOOLEAN if name == RESULT else self.members[name].type

    def _said(self, name: str) -> str:
        if name == RESULT:
            return name
        said = self.evaluated.names[name]
        return f"{self.structures[name].role}.{said}" if name in self.structures else said

    def _is_kept(self, name: str) -> bool:
        return name in self.structures and self.structures[name].access is Access.KEPT

    def _differs(self, name: str) -> Condition:
        term, value = self.expected[name], self.got[name]
        if is_boolean(term):
            return bits.negation(bits.agree(value.true(), self.meaning.truth(term)))
        wanted = self.meaning.number(term)
        return bits.negation(bits.same(value.wide(self.meaning.width), wanted))

    def _world(self, meaning: Meaning) -> list[Condition]:
        """What is true of every call, in `meaning`."""
        within = [
            meaning.within(name, span)
            for name, span in self._promised().items()
            if name in meaning.numbers
        ]
        return [*self.evaluated.conditions, *within, meaning.truth(self.routine.assumed)]

    def _promised(self) -> dict[str, Span]:
        """The spans of the numbers that the caller vouches for, and of those that are free."""
        trusted = {
            name: member.span
            for name, member in self.members.items()
            if not member.boolean
            and name in self.evaluated.before
            and (name not in self.structures or self.structures[name].trusted)
        }
        free = {each.name: each.span for each in self.routine.free if not each.variable.boolean}
        return trusted | free

    def _meaning(self, terms: list[Term], free: tuple[Cell, ...]) -> Meaning:
        """Wide enough for all that `terms` can be, and for all that the code can hold."""
        values = {
            **self.evaluated.before,
            **{after(name): each for name, each in self.got.items()},
        }
        spans = {name: each.span for name, each in values.items()} | self._promised()
        widths = [bits.width_of(each.bits) + 1 for each in values.values()]
        width = max([width_for([*terms, self.routine.assumed], spans), *widths])
        numbers = {name: each.wide(width) for name, each in values.items()}
        truths = {name: each.true() for name, each in values.items()}
        for each in free:
            symbol = bits.symbol(_free_name(each), 1 if each.variable.boolean else width)
            if each.variable.boolean:
                truths[each.name] = bits.negation(bits.is_zero(symbol))
            else:
                numbers[each.name] = symbol
        return Meaning(width, numbers, truths)


def _free_name(cell: Cell) -> str:
    return f"free.{cell.name}"
