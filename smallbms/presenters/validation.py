"""What `smallbms validate` found: each function of each level, and what is trusted besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from smallbms.presenters.lines import Line, Tone, counted, wrapped
from smallbms.validating.files import Examined, Level
from verify.translation.finding import Example, Finding, Given, Outcome

_TONES = {
    Outcome.PROVED: Tone.GOOD,
    Outcome.DIFFERS: Tone.BAD,
    Outcome.UNKNOWN: Tone.DOUBT,
    Outcome.NOT_RUN: Tone.DOUBT,
}
_NAMES = {
    Level.C: "C source",
    Level.MACHINE_CODE: "Machine code",
    Level.PYTHON: "MicroPython source",
    Level.BYTECODE: "MicroPython bytecode",
}
# What a proof of each level takes for granted, beside what all of them do.
_TRUSTED = {
    Level.C: "of C: that the compiler is right, which machine code does not need",
    Level.MACHINE_CODE: "of machine code: the readings of it; debug information, for what lies "
    "where; a caller that gives disjoint and aligned structures, to which nothing else writes "
    "during the call; cycles are those of a memory that answers at once",
    Level.PYTHON: "of MicroPython source: the interpreter, its compiler, and that the objects have "
    "plain attributes",
    Level.BYTECODE: "of bytecode: the interpreter, and that the objects have plain attributes",
}
_MEASURES = {
    "instructions_worst": "at most {} instructions",
    "cycles_worst": "at most {} cycles",
    "cycles_best": "at least {} cycles",
    "stack_bytes": "{} bytes of stack",
}
_SLOWEST = "cycles_worst"
_INDENT = "  "
_DEEP = 6 * " "


def validation_lines(found: Sequence[Examined], width: int) -> Iterator[Line]:
    """All that was examined, level by level, in lines of at most `width` columns."""
    names = max((len(each.finding.subject) for each in found), default=0)
    shown = None
    for each in found:
        heading = f"{wording_of(each.level)}: {each.file}"
        if heading != shown:
            if shown is not None:
                yield Line()
            yield Line(heading, Tone.HEADING)
            shown = heading
        yield from finding_lines(each.finding, names, width)
    yield Line()
    yield from _trusted(found, width)
    yield _total(found)


def wording_of(level: Level) -> str:
    """What a level is called."""
    return _NAMES[level]


def finding_lines(finding: Finding, names: int, width: int) -> Iterator[Line]:
    """What was found of one function, whose name takes `names` columns."""
    outcome = finding.outcome.value
    yield Line(
        f"{_INDENT}{finding.subject:<{names}}  {outcome}", _TONES[finding.outcome], toned=outcome
    )
    if measured := _measured(finding):
        yield from wrapped(measured, width, first=_DEEP, tone=Tone.QUIET)
    if finding.attained and _SLOWEST in finding.attained:
        yield from _given("slowest given ", finding.attained[_SLOWEST], width)
    if finding.reason:
        where = f"{finding.place}: " if finding.place else ""
        yield from wrapped(f"{where}{finding.reason}", width, first=_DEEP)
    if finding.example is not None:
        yield from _example(finding.example, width)


def _measured(finding: Finding) -> str:
    measures = finding.measures or {}
    said = [told.format(measures[name]) for name, told in _MEASURES.items() if name in measures]
    if len(finding.readings) == 1:
        said.append(f"read in one way only: {finding.readings[0]}")
    return ", ".join(said)


def _example(example: Example, width: int) -> Iterator[Line]:
    if example.broken:
        where = f"{example.place}: " if example.place else ""
        yield from wrapped(f"{where}{example.broken}", width, first=_DEEP, tone=Tone.BAD)
    for each in example.differences:
        where = f"{each.place}: " if each.place else ""
        expected, got = each.type.show(each.expected), each.type.show(each.got)
        told = f"{where}{each.name}: expected {expected}, got {got}"
        yield from wrapped(told, width, first=_DEEP, tone=Tone.BAD)
    if example.given:
        yield from _given("given ", example.given, width)


def _given(label: str, values: Iterable[Given], width: int) -> list[Line]:
    told = ", ".join(f"{each.name} = {each.type.show(each.value)}" for each in values)
    return wrapped(told, width, first=_DEEP + label, tone=Tone.QUIET)


def trusted(found: Iterable[Examined]) -> tuple[str, ...]:
    """What the proofs take for granted, one clause each."""
    levels = {each.level for each in found}
    return (
        "inputs and parameters are within their declared ranges; the memory may hold anything",
        "the specification means what was meant, and the solver is right",
        *(said for level, said in _TRUSTED.items() if level in levels),
    )


def _trusted(found: Sequence[Examined], width: int) -> Iterator[Line]:
    for number, clause in enumerate(trusted(found)):
        first = "Trusted: " if number == 0 else "         "
        yield from wrapped(clause, width, first=first, tone=Tone.QUIET)


def _total(found: Sequence[Examined]) -> Line:
    proved = sum(each.finding.outcome is Outcome.PROVED for each in found)
    functions = counted(len(found), "function")
    seconds = sum(each.finding.seconds for each in found)
    if proved == len(found):
        return Line(f"{functions} proved equal to the specification in {seconds:.2f} s", Tone.GOOD)
    others = [
        f"{count} {outcome.value}"
        for outcome in Outcome
        if outcome is not Outcome.PROVED
        and (count := sum(each.finding.outcome is outcome for each in found))
    ]
    told = f"{proved} of {functions} proved equal to the specification; {', '.join(others)}"
    return Line(told, Tone.BAD if _differs(found) else Tone.DOUBT)


def _differs(found: Sequence[Examined]) -> bool:
    return any(each.finding.outcome is Outcome.DIFFERS for each in found)
