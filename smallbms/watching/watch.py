"""The watch: what became known of a controller, one line after the other.

Here is decided what a line is worth: whether it follows the one before, whether the controller was
started in between, and whether something got lost. The judge is told no more than that.

A step that finds no room for its line is not told, and nobody says so: so it is reckoned here how
much may still have been waiting, and of steps after that nothing is taken for granted. That is safe
for what sends at least 32 bytes in a step, or all of a line before the next step. A line that is
lost from its first byte to its last goes unnoticed; and one of 256 that are garbled is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from codegen.boards.status import BAUD, Boot, Fault, program_of
from smallbms.watching.judge import Judge, Seen, Verdict, Verdicts
from smallbms.watching.line import Garbled, Remark, Reported, understood
from smallbms.watching.note import Change, Kind, Note
from smallbms.watching.signals import Shape, signals_of, value
from spec.machine import Machine

# A controller sends a line at least that often.
_LINE_PERIOD_MS = 1000
# What a controller sends in a step at least, if the line is fast enough: what its FIFO holds.
_BYTES_PER_STEP = 32
# A step that begins later after the one before is late, and that is told.
_PUNCTUAL_MS = 20
_STEPS_PER_S = 100
_BITS_PER_BYTE = 10


@dataclass(slots=True)
class Standing:
    """How a requirement has fared.

    Attributes:
        now: What the last line said of it.
        judged: A line has decided about it.
        violated: In how many lines it was violated.
        first_ms: When it was for the first time.
    """

    now: Verdict = Verdict.OPEN
    judged: bool = False
    violated: int = 0
    first_ms: int | None = None


@dataclass(slots=True)
class Tally:
    """How many there were of what."""

    steps: int = 0
    garbled: int = 0
    unfit: int = 0
    lost: int = 0
    starts: int = 0
    faults: int = 0


@dataclass
class Watch:
    """What became known of a controller for `machine`.

    Attributes:
        latest: The last line that told of a step, and what it told; None before the first.
        program: What the controller said it is; empty as long as it has not.
        since: When a signal took its value; None if that was before it was watched.
        standings: Of each requirement that can be judged, in the order of the text.
    """

    machine: Machine
    baud: int = BAUD
    tally: Tally = field(default_factory=Tally)
    latest: tuple[Reported, Seen] | None = None
    program: str = ""
    since: dict[str, int | None] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        machine = self.machine
        self.judge = Judge(machine)
        silent = {each.id for each in self.judge.silent}
        self.standings = {
            each.id: Standing() for each in machine.requirements if each.id not in silent
        }
        self.signals = signals_of(machine)
        self._shape = Shape(machine)
        self._tick_ms = machine.time.tick.resolution * 1000
        # Whether the time of boot and the times that steps are told of go together exactly.
        self._is_exact = False
        self._has_begun = False
        self._boots = False
        self._is_lost = False
        # At most that many bytes wait to be sent, after the last line; and those of remarks since.
        self._pending = 0
        self._remarks = 0
        # With more than that, the next step may find no room for its line.
        a_step = self.baud // _BITS_PER_BYTE // _STEPS_PER_S
        self._room = min(self._shape.longest, a_step)

    @property
    def is_other(self) -> bool:
        """Whether the controller said that it is another machine, or of another text."""
        return self.program not in ("", program_of(self.machine))

    @property
    def fails(self) -> bool:
        """Whether a requirement was violated, or the controller found a fault in itself."""
        return self.tally.faults > 0 or any(each.violated for each in self.standings.values())

    def take(self, raw: bytes) -> list[Note]:
        """What is worth telling of the line `raw`, without its end."""
        line = understood(raw)
        is_first, self._has_begun = not self._has_begun, True
        match line:
            case Garbled():
                if is_first:
                    # Who comes in the middle of a line hears the end of it.
                    return []
                self.tally.garbled += 1
                self._is_lost = True
                return [Note(Kind.GARBLED, text=raw.decode("ascii", "backslashreplace"))]
            case Remark():
                self._remarks += len(raw) + 1
                return self._remarked(line)
            case Reported():
                return self._reported(line, len(raw) + 1)

    def _remarked(self, remark: Remark) -> list[Note]:
        if not remark.program:
            return [Note(Kind.REMARK, text=remark.text)]
        self.program, self._boots = remark.program, True
        return [Note(Kind.OTHER if self.is_other else Kind.PROGRAM, text=remark.program)]

    def _reported(self, line: Reported, length: int) -> list[Note]:
        seen = self._shape.seen(line)
        if seen is None or (not line.fault and not self._shape.fits(seen)):
            self.tally.unfit += 1
            self._is_lost = True
            return [Note(Kind.UNFIT, line.time_ms)]
        self.tally.steps += 1
        before = self.latest
        notes, verdicts = self._judged(line, seen)
        changes = self._changed(line, seen)
        if changes:
            notes.append(Note(Kind.CHANGED, line.time_ms, changes=changes))
        if line.fault and (before is None or before[0].fault != line.fault or self._boots):
            self.tally.faults += 1
            notes.append(Note(Kind.FAULT, line.time_ms, _member(Fault, line.fault)))
        notes += self._counted(line, verdicts)
        self._sent(line, length)
        self.latest = (line, seen)
        self._boots = self._is_lost = False
        return notes

    def _judged(self, line: Reported, seen: Seen) -> tuple[list[Note], Verdicts]:
        """What happened since the line before, and what is to be said of it and of this one."""
        notes: list[Note] = []
        passed: Verdicts = {}
        apart = None if self.latest is None else line.since(self.latest[0])
        if line.dt == 0 and (self._boots or apart is None or apart <= 0):
            self.judge.start()
            self.tally.starts += 1
            self._is_exact = True
            self._pending = 0
            self.since = {}
            notes.append(Note(Kind.STARTED, line.time_ms, _member(Boot, line.boot)))
        elif self.latest is None or self._boots or apart is None or apart < 0:
            self.judge.forget()
            self._is_exact = False
            self.since = dict.fromkeys(self.since)
            notes.append(Note(Kind.JOINED, line.time_ms))
        else:
            notes, passed = self._passed(line, self.latest, apart)
        if line.dt >= self.machine.time.step.highest:
            # It was told of less time than went by, and what is left of a tick is forgotten.
            self._is_exact = False
        if line.fault:
            # No step was taken, and none will be: what the memory is, is no matter of the machine.
            self.judge.forget()
            return notes, passed
        return notes, _both(passed, self.judge.step(seen, line.dt))

    def _passed(
        self, line: Reported, earlier: tuple[Reported, Seen], apart: int
    ) -> tuple[list[Note], Verdicts]:
        """What is to be said of the steps between two lines."""
        notes: list[Note] = []
        longest_ms = self.machine.time.step.highest * self._tick_ms
        lost = self._is_lost or apart > _LINE_PERIOD_MS + 2 * longest_ms
        if lost:
            self.tally.lost += 1
            notes.append(Note(Kind.LOST, line.time_ms))
            self.since = dict.fromkeys(self.since)
            self._is_exact = False
        if lost or earlier[0].fault:
            # It may even have been started anew.
            self.judge.forget()
            return notes, {}
        least, most = self._between(line, earlier[0], apart)
        if most == 0:
            return notes, {}
        # A step that had no room for its line may have been like none of those that were told.
        seen = None if self._pending > self._room else earlier[1]
        return notes, self.judge.pass_over(seen, least, most)

    def _between(self, line: Reported, earlier: Reported, apart: int) -> tuple[int, int]:
        """The time that steps between two lines were told of, at least and at most [ticks]."""
        tick_ms = self._tick_ms
        if line.dt >= self.machine.time.step.highest:
            # Of how much this step was not told, nobody knows.
            return 0, ceil(apart / tick_ms)
        if self._is_exact and line.time_ms >= earlier.time_ms:
            # All that they were told of so far is all the time there was, in whole ticks.
            told = floor(line.time_ms / tick_ms) - floor(earlier.time_ms / tick_ms) - line.dt
            return max(0, told), max(0, told)
        # Both times are rounded, each for itself.
        ticks, slack = apart / tick_ms - line.dt, 1 + 1 / tick_ms
        return max(0, floor(ticks - slack)), max(0, ceil(ticks + slack))

    def _changed(self, line: Reported, seen: Seen) -> tuple[Change, ...]:
        found = []
        for signal in self.signals:
            after = value(signal, seen)
            before = None if self.latest is None else value(signal, self.latest[1])
            if self.latest is None or signal.name not in self.since:
                known = self.tally.starts > 0 and line.dt == 0
                self.since[signal.name] = line.time_ms if known else None
            elif after != before:
                self.since[signal.name] = line.time_ms
            is_news = before is None or self._shape.causes_lines(signal)
            if after != before and is_news:
                found.append(Change(signal, before, after))
        return tuple(found)

    def _counted(self, line: Reported, verdicts: Verdicts) -> list[Note]:
        requirements = {each.id: each for each in self.machine.requirements}
        notes = []
        for id_, standing in self.standings.items():
            verdict = verdicts.get(id_, Verdict.OPEN)
            standing.judged |= verdict is not Verdict.OPEN
            if verdict is Verdict.VIOLATED:
                if standing.now is not Verdict.VIOLATED:
                    required = requirements[id_]
                    notes.append(Note(Kind.VIOLATED, line.time_ms, requirement=required))
                standing.violated += 1
                if standing.first_ms is None:
                    standing.first_ms = line.time_ms
            standing.now = verdict
        return notes

    def _sent(self, line: Reported, length: int) -> None:
        """Note how much of what was said is still waiting, at most."""
        if self.latest is not None:
            apart = max(0, line.since(self.latest[0]))
            between_ms = apart - line.dt * self._tick_ms
            step_ms = self.machine.time.step.highest * self._tick_ms
            if not self._remarks:
                step_ms = min(step_ms, Fraction(_PUNCTUAL_MS))
            steps = 1 + max(0, ceil(between_ms / step_ms))
            sent = min(_BYTES_PER_STEP * steps, self.baud * apart // _BITS_PER_BYTE // 1000)
            self._pending = max(0, self._pending - sent)
        self._pending += self._remarks + length
        self._remarks = 0


def _both(one: Verdicts, other: Verdicts) -> dict[str, Verdict]:
    """A violation in either is one; else what was said last counts."""
    return {
        id_: Verdict.VIOLATED if one.get(id_) is Verdict.VIOLATED else verdict
        for id_, verdict in other.items()
    }


def _member(names: type[Fault] | type[Boot], number: int) -> str:
    """The name of `number`; a number that has none, as a number."""
    found = {each.value: each.name.lower() for each in names}
    return found.get(number, str(number))
