"""Status lines as a reader sees them who knows no more than `codegen.boards.status` says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegen.boards.status import crc8

_NUMBERS = r"-?\d+(?:,-?\d+)*"
_STEP = re.compile(
    rf"@((\d+) (\d+) i ({_NUMBERS}) s ({_NUMBERS}) o ({_NUMBERS}) f (\d+) b (\d+))\*([0-9a-f]{{2}})"
)


@dataclass(frozen=True, slots=True)
class Said:
    """One step, as a line tells of it."""

    time_ms: int
    dt: int
    inputs: tuple[int, ...]
    state: tuple[int, ...]
    outputs: tuple[int, ...]
    fault: int
    boot: int

    @property
    def values(self) -> tuple[int, ...]:
        """All but the time, in order."""
        return (self.dt, *self.inputs, *self.state, *self.outputs, self.fault, self.boot)


def parse(text: str) -> Said | None:
    """What a line says of a step; None for a line that is for people.

    Raises:
        ValueError: It is neither, or its checksum is wrong.
    """
    if text.startswith("# "):
        return None
    match = _STEP.fullmatch(text)
    if match is None:
        raise ValueError(f"this is no status line: {text!r}")
    body, time, dt, inputs, state, outputs, fault, boot, checksum = match.groups()
    if crc8(body.encode("ascii")) != int(checksum, 16):
        raise ValueError(f"the checksum is wrong: {text!r}")
    return Said(
        int(time),
        int(dt),
        _numbers(inputs),
        _numbers(state),
        _numbers(outputs),
        int(fault),
        int(boot),
    )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))
