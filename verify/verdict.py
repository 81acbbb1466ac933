"""Verdicts, and what carries them.

Four words and no others. PROVED means for all inputs, parameters and step times, without a bound.
A search that found nothing is UNKNOWN. An answer is never a bool.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spec.expression import Expression, Quantity
from spec.machine import Machine, Property, Requirement
from spec.place import Place
from spec.term import Term
from spec.trace import Trace


class Verdict(Enum):
    """What is known of a property."""

    PROVED = "PROVED"
    VIOLATED = "VIOLATED"
    UNKNOWN = "UNKNOWN"
    VACUOUS = "VACUOUS"


class Method(Enum):
    """How a property was decided."""

    SYNTAX = "cone of influence"
    INDUCTION = "induction"
    HOUDINI = "invariant"
    SPACER = "Spacer"
    ONE_STEP = "one step"
    SELF_COMPOSITION = "self-composition"
    WITNESS = "witness"
    SEARCH = "search"
    BATTERY = "sanity battery"
    OTHERS = "all others"


@dataclass(frozen=True, slots=True)
class Margin:
    """What a bound allows, and the worst that can happen.

    Attributes:
        bounded: What is bounded, e.g. ``stood(pre_alarm_output is high)``.
        allowed: The bound.
        worst: The worst value in any run, in multiples of the resolution of `type`.
        at_least: The bound is a lower one: `worst` lies above `allowed`.
        attained: A run that attains `worst` was found and replayed; else it is a safe estimate.
    """

    bounded: str
    type: Quantity
    allowed: int
    worst: int
    at_least: bool
    attained: bool

    def __str__(self) -> str:
        """E.g. ``32 s allowed, 31.36 s worst``."""
        worst = self.type.show(self.worst)
        kind = "worst" if self.attained else "at worst"
        need = "needed" if self.at_least else "allowed"
        return f"{self.type.show(self.allowed)} {need}, {worst} {kind}"


@dataclass(frozen=True, slots=True)
class Certificate:
    """An inductive invariant that implies a property, checkable without the prover.

    Attributes:
        lemmas: Terms over the state; together they are inductive and imply `goal`. Among them
            are the bounds of every state variable that occurs.
        goal: Over the state and the inputs of a step.
        any_state: The goal holds from any content of the state memory; `lemmas` say no more than
            the stored widths do, and are not to be proved.
    """

    lemmas: tuple[Term, ...]
    goal: Term
    any_state: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """Holds without a bound, under the assumptions of the machine.

    Attributes:
        certificate: None where the method needs none, such as a witness.
        witness: A run that shows what was asked for, for reachability.
    """

    method: Method
    certificate: Certificate | None = None
    margin: Margin | None = None
    witness: Trace | None = None


@dataclass(frozen=True, slots=True)
class Violated:
    """Fails in the last step of `trace`, as both the reference run and the system say.

    Attributes:
        trace: None for a property that no run can show false (something is never reached).
        other: The second run, where two runs are compared.
        reason: One sentence.
    """

    method: Method
    trace: Trace | None
    other: Trace | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not decided; `reason` says what ran out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Vacuous:
    """True only because its premise never happens; `certificate` proves that."""

    reason: str
    certificate: Certificate | None = None


Answer = Proved | Violated | Unknown | Vacuous


def verdict(answer: Answer) -> Verdict:
    """The word for `answer`."""
    match answer:
        case Proved():
            return Verdict.PROVED
        case Violated():
            return Verdict.VIOLATED
        case Unknown():
            return Verdict.UNKNOWN
        case Vacuous():
            return Verdict.VACUOUS


# What a requirement is, if one of its properties is that.
WORST_FIRST = (Verdict.VIOLATED, Verdict.UNKNOWN, Verdict.VACUOUS, Verdict.PROVED)


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """The answer to one property of a requirement.

    Attributes:
        text: The property as it is written.
        shown: The expression that a trace of it shows the truth of; None if there is none.
    """

    requirement: str
    index: int
    declared: Property
    text: str
    answer: Answer
    seconds: float
    shown: Expression | None = None

    @property
    def verdict(self) -> Verdict:
        """The word for the answer."""
        return verdict(self.answer)


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """The answers to all properties of one requirement."""

    requirement: Requirement
    properties: tuple[PropertyResult, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of the properties' verdicts."""
        found = {each.verdict for each in self.properties}
        return next(word for word in WORST_FIRST if word in found)

    @property
    def seconds(self) -> float:
        """Spent on it, wall time."""
        return sum(each.seconds for each in self.properties)


class Sanity(Enum):
    """What the sanity battery looks for; the value is a stable code."""

    UNREACHABLE_MODE = "SANE01"
    DEAD_TRANSITION = "SANE02"
    VACUOUS_PREMISE = "SANE03"
    SILENT_OVERLAP = "SANE04"
    CONTRADICTION = "SANE05"
    DEAD_END = "SANE06"
    CONSTANT_OUTPUT = "SANE07"
    SATURATION = "SANE08"
    UNDECIDED = "SANE09"
    CONFLICT = "SANE10"
    TIMED_CONFLICT = "SANE11"
    TRAP = "SANE12"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that makes a specification say less than it seems to.

    Attributes:
        kind: UNDECIDED means that the check itself ran out.
        fails: It makes the specification fail (all do, but an overlap, which only warns).
        witness: A run that shows it, where one exists.
        related: The places of everything that has a part in it, where that is more than one.
    """

    kind: Sanity
    place: Place
    message: str
    way_out: str
    fails: bool
    witness: Trace | None = None
    related: tuple[Place, ...] = ()


class Ground(Enum):
    """Why requirements can or cannot hold together, or why that is not known."""

    MACHINE = "the machine satisfies them all"
    INDUCTION = "whatever happened, every input leaves outputs that keep them"
    CONFLICT = "no machine satisfies them all"
    OPEN = "not decided"


@dataclass(frozen=True, slots=True)
class Consistency:
    """Whether the requirements can hold together, whatever machine is to satisfy them.

    Attributes:
        depth: Of a search that found nothing, or nothing more: its transitions, waits being one.
        reason: Why the search ended before its time, or empty.
        conflicts: How many were found; there may be more where `all_found` is not set.
        left_out: Properties that were not looked at, because they speak of two runs.
    """

    ground: Ground
    depth: int = 0
    reason: str = ""
    conflicts: int = 0
    all_found: bool = True
    left_out: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that one verification found.

    Attributes:
        checks: How many questions the sanity battery asked.
        seconds: Wall time of proofs and battery.
        rechecked_by: The solvers, other than the one that found them, that accepted every
            certificate.
        consistency: Whether the requirements can hold together; None where it was not asked.
    """

    machine: Machine
    requirements: tuple[RequirementResult, ...]
    findings: tuple[Finding, ...]
    checks: int
    proof_seconds: float
    sanity_seconds: float
    rechecked_by: tuple[str, ...] = ()
    consistency: Consistency | None = None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One a requirement, in order."""
        return tuple(each.verdict for each in self.requirements)
