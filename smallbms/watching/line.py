"""Lines of a controller, as it sends them; see `codegen.boards.status` for what they say.

Whatever comes, there is an answer: a line that is not understood is one of those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.boards.status import crc8

# Longer than any line: what has no end by then is no line.
LONGEST = 4096
_NUMBER = rb"(?:0|-?[1-9][0-9]{0,18})"
_LIST = rb"(" + _NUMBER + rb"(?:," + _NUMBER + rb")*)"
_STEP = re.compile(
    rb"@((%b) (%b) i %b s %b o %b f (%b) b (%b))\*([0-9a-f]{2})"
    % (_NUMBER, _NUMBER, _LIST, _LIST, _LIST, _NUMBER, _NUMBER)
)
_REMARK = re.compile(rb"# ([ -~]*)")
_PROGRAM = re.compile(r"[A-Za-z_]\w* [0-9a-f]{8}")
_WRAP = 2**32


@dataclass(frozen=True, slots=True)
class Reported:
    """One step, as the controller tells it.

    Attributes:
        time_ms: Since boot, modulo 2**32.
        dt: What the step was told, in ticks.
    """

    time_ms: int
    dt: int
    inputs: tuple[int, ...]
    state: tuple[int, ...]
    outputs: tuple[int, ...]
    fault: int
    boot: int

    def since(self, earlier: Reported) -> int:
        """Time from `earlier` to this, if that is less than half of all the time there is [ms].

        Else negative: this is the earlier one.
        """
        apart = (self.time_ms - earlier.time_ms) % _WRAP
        return apart if apart < _WRAP // 2 else apart - _WRAP


@dataclass(frozen=True, slots=True)
class Remark:
    """A line for people."""

    text: str

    @property
    def program(self) -> str:
        """Name and hash of the machine, if that is what this tells; else empty."""
        return self.text if _PROGRAM.fullmatch(self.text) else ""


@dataclass(frozen=True, slots=True)
class Garbled:
    """Neither of both, or its checksum is wrong."""

    raw: bytes


Line = Reported | Remark | Garbled


def understood(raw: bytes) -> Line:
    """What the line `raw`, without its end, says."""
    if remark := _REMARK.fullmatch(raw):
        return Remark(remark[1].decode("ascii"))
    step = _STEP.fullmatch(raw)
    if step is None or crc8(step[1]) != int(step[9], 16):
        return Garbled(raw)
    inputs, state, outputs = (tuple(map(int, step[k].split(b","))) for k in (4, 5, 6))
    time_ms, dt = int(step[2]), int(step[3])
    if time_ms < 0 or dt < 0:
        return Garbled(raw)
    return Reported(time_ms % _WRAP, dt, inputs, state, outputs, int(step[7]), int(step[8]))


class Splitter:
    """Cuts what arrives into lines; what is never ended is given up, as a line of its own."""

    def __init__(self) -> None:
        self._rest = b""

    def lines(self, arrived: bytes) -> Iterator[bytes]:
        """The lines that `arrived` completes, without their ends."""
        *complete, self._rest = (self._rest + arrived).split(b"\n")
        for line in complete:
            yield line.removesuffix(b"\r")
        if len(self._rest) > LONGEST:
            given_up, self._rest = self._rest, b""
            yield given_up
