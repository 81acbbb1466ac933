"""The declared machine: what the author says, resolved and typed, nothing derived.

Order is the order of the text throughout: it is the priority of transitions, and the order of
tables, proofs and generated files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from spec.expression import Expression, Quantity, ValueType
from spec.place import Place

# What a text that declares faults calls their absence.
NO_FAULT = "no_fault"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from.

    Attributes:
        grade: Evidence grade (``S`` datasheet, ``A`` to ``C``, ``F`` arithmetic) or the id of a
            decision such as ``D11``.
        passage: The place in that source, or empty.
        read_as: The id of the fault of the source under which the passage is read, or empty.
    """

    grade: str
    passage: str
    read_as: str

    def __str__(self) -> str:
        """As it is written in the text, without the keyword."""
        passage = f' "{self.passage}"' if self.passage else ""
        return self.grade + passage + (f" read as {self.read_as}" if self.read_as else "")


@dataclass(frozen=True, slots=True)
class Span:
    """An inclusive range, in multiples of a resolution."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class TimeModel:
    """How the controller's time runs.

    Attributes:
        tick: The type of measured times; its resolution is one tick.
        step: The measured time between two steps [ticks], at least 1.
        tolerance: The clock's relative error; true time lies within ``dt * (1 ± tolerance)``.
        fine: The type of true times, fine enough that ``tick * tolerance`` is a whole number.
        latency: From the end of a step to its outputs at the pins [fine].
        saturation: Where the machine's own timers must stop counting [ticks], or None.
    """

    tick: Quantity
    step: Span
    tolerance: Fraction
    fine: Quantity
    latency: Span
    saturation: int | None
    sources: tuple[Source, ...]

    @property
    def fine_per_tick(self) -> int:
        """How many fine units make one tick."""
        return int(self.tick.resolution / self.fine.resolution)

    @property
    def true_per_tick(self) -> Span:
        """The true time that one measured tick may stand for [fine]."""
        slack = self.drift_per_tick
        return Span(self.fine_per_tick - slack, self.fine_per_tick + slack)

    @property
    def drift_per_tick(self) -> int:
        """By how much true time may differ from one measured tick [fine]."""
        return int(self.tolerance * self.fine_per_tick)


@dataclass(frozen=True, slots=True)
class Input:
    """A signal that the machine reads in every step and cannot influence."""

    name: str
    type: ValueType
    span: Span
    text: str
    sources: tuple[Source, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named constant; proofs hold for every value in `span` that the assumptions allow."""

    name: str
    type: ValueType
    default: int
    span: Span
    text: str
    sources: tuple[Source, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Definition:
    """A named expression."""

    name: str
    expression: Expression
    text: str
    serves: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Assumption:
    """What the proofs take for granted about inputs and parameters."""

    expression: Expression
    text: str
    sources: tuple[Source, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Fault:
    """What may go wrong in the world, at any moments and for any time.

    Attributes:
        name: Of the definition that says when it is present.
    """

    name: str
    text: str
    sources: tuple[Source, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mode:
    """A control location of a region; the safe one is where illegal state memory leads."""

    name: str
    initial: bool
    safe: bool
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Transition:
    """An edge of a region.

    Attributes:
        origins: The modes it leaves; for ``any``, every mode but the target.
        target: The mode it enters; entering restarts the region's timer.
        guard: When it may fire; True where nothing was written.
        from_any: Written ``any -> target``: where the region is in the target already and the
            guard holds, the transitions below are not looked at either.
        otherwise: The author says that it yields to every transition above it.
        serves: Ids of the requirements it is there for.
    """

    origins: tuple[str, ...]
    target: str
    guard: Expression
    from_any: bool
    otherwise: bool
    serves: tuple[str, ...]
    place: Place

    def __str__(self) -> str:
        """As it is written, without the guard."""
        return f"{'any' if self.from_any else ', '.join(self.origins)} -> {self.target}"


@dataclass(frozen=True, slots=True)
class Region:
    """Modes and the ordered transitions between them; regions run side by side."""

    name: str
    modes: tuple[Mode, ...]
    transitions: tuple[Transition, ...]
    text: str
    place: Place

    def leaving(self, mode: str) -> tuple[Transition, ...]:
        """The transitions looked at in `mode`, highest priority first."""
        return tuple(edge for edge in self.transitions if edge.from_any or mode in edge.origins)

    def index(self, mode: str) -> int:
        """The number by which `mode` is encoded."""
        return [each.name for each in self.modes].index(mode)

    @property
    def initial(self) -> int:
        """The number of the initial mode."""
        return next(k for k, mode in enumerate(self.modes) if mode.initial)

    @property
    def safe(self) -> int:
        """The number of the safe mode."""
        return next(k for k, mode in enumerate(self.modes) if mode.safe)


@dataclass(frozen=True, slots=True)
class Output:
    """A signal that the machine sets; a function of the new modes and this step's inputs."""

    name: str
    type: ValueType
    span: Span
    expression: Expression
    text: str
    serves: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Always:
    """`expression` holds in every step of every run."""

    expression: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Reachable:
    """Some run has a step in which `expression` holds."""

    expression: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class FromAnyState:
    """Whatever bits the state memory holds, `expression` holds in the next step.

    And the state is a legal one again after that step.
    """

    expression: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Independent:
    """Two runs that differ only in `inputs` have the same `output` for ever."""

    output: str
    inputs: tuple[str, ...]
    place: Place


class Subject(Enum):
    """What an `Every` speaks of."""

    MODE = "mode is reachable"
    TRANSITION = "transition can fire"
    OVERLAP = "overlap is ordered"
    REQUIREMENT = "requirement holds"


@dataclass(frozen=True, slots=True)
class Every:
    """A finding of the sanity battery, or of all other requirements, raised to a property."""

    subject: Subject
    place: Place


Property = Always | Reachable | FromAnyState | Independent | Every


@dataclass(frozen=True, slots=True)
class Requirement:
    """A sentence with an id, and the properties that state it."""

    id: str
    sentence: str
    sources: tuple[Source, ...]
    properties: tuple[Property, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """A machine that is part of a system.

    Attributes:
        name: What stands, with a dot, in front of every name of its own, e.g. ``battery.2``.
        family: The name under which the system declares it, e.g. ``battery``.
        path: Of its text.
        text: For showing its lines.
    """

    name: str
    family: str
    path: str
    text: str


def part_of(name: str) -> str:
    """The part that `name` belongs to; empty for the system's own names, which have no dot."""
    return name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine text, or a system text with its parts flattened into it.

    Attributes:
        parts: In the order in which they take their steps, each after those it reads; what has no
            part comes last. A part sees the outputs of others as they are after this step.
        faults: The text's own, not those of its parts; where there are some, the definition
            `NO_FAULT` says that none of them has been present so far.
    """

    name: str
    title: str
    time: TimeModel
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...]
    assumptions: tuple[Assumption, ...]
    regions: tuple[Region, ...]
    outputs: tuple[Output, ...]
    requirements: tuple[Requirement, ...]
    path: str
    text: str
    parts: tuple[Part, ...] = ()
    faults: tuple[Fault, ...] = ()

    def definition(self, name: str) -> Definition:
        """The definition called `name`."""
        return next(each for each in self.definitions if each.name == name)

    def output(self, name: str) -> Output:
        """The output called `name`."""
        return next(each for each in self.outputs if each.name == name)

    def region(self, name: str) -> Region:
        """The region called `name`."""
        return next(each for each in self.regions if each.name == name)

    def lines(self, file: str = "") -> list[str]:
        """The lines of the text, or of the part that was written in `file`."""
        texts = (each.text for each in self.parts if each.path == file)
        return (next(texts, "") if file else self.text).splitlines()

    def statement(self, place: Place) -> str:
        """The line of `place` and the lines that continue it, without comments, as one line."""
        lines = [_without_comment(each) for each in self.lines(place.file)]
        line = place.line
        if not 0 < line <= len(lines):
            return ""
        written = [lines[line - 1]]
        margin = _indent(written[0])
        for following in lines[line:]:
            if following.strip() and _indent(following) <= margin:
                break
            written.append(following)
        return " ".join(" ".join(written).split())


def _without_comment(line: str) -> str:
    quoted = False
    for position, character in enumerate(line):
        quoted ^= character == '"'
        if character == "#" and not quoted:
            return line[:position]
    return line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
