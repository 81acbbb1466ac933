"""A simulated controller: steps of a machine, told as a firmware tells them.

The rule by which it tells is that of `codegen.boards.status`, written a second time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codegen.boards.status import crc8, program_of
from spec.draft import DT
from spec.execution import execute
from spec.expression import Quantity
from spec.lower import lower
from spec.machine import Machine, Span
from spec.system import Role
from spec.term import Number, postorder

PERIOD_MS = 10
# By how much a step comes late or early; now and then very late.
_JITTER = (0,) * 100 + (-1, 1) * 20 + (50, 300)
QUICK = (1, 1, 2, 3, 10, 40, 120)
SLOW = (1, 3, 10, 40, 120, 400, 4000)


def sealed(text: str) -> bytes:
    """The status line that says `text`, with its end."""
    return f"@{text}*{crc8(text.encode()):02x}\n".encode()


@dataclass
class Controller:
    """Runs `machine`, which may be a faulty one, and tells of it.

    Attributes:
        claimed: The machine that it says it is.
        wrap_ms: Time since boot begins there.
        time_ms: Since boot, modulo 2**32 on the line.
    """

    machine: Machine
    claimed: Machine | None = None
    wrap_ms: int = 0
    time_ms: int = 0
    boot: int = 0
    _said: list[int] = field(default_factory=list)
    _said_ms: int = 0

    def __post_init__(self) -> None:
        system = lower(self.machine)
        self._memory = [each for each in system.state if not each.observed]
        self._tick_ms = int(self.machine.time.tick.resolution * 1000)
        self._execution = execute(system, list(system.outputs.values()))
        self._names = [each.name for each in system.state]
        self._news = [
            k for k, each in enumerate(self._memory) if each.role in (Role.MODE, Role.FLAG)
        ]
        self._state = self._execution.initial
        self._is_first = True

    def greeting(self) -> bytes:
        """What comes first after a start."""
        return f"# {program_of(self.claimed or self.machine)}\n".encode()

    def restart(self, boot: int = 0) -> bytes:
        """Power-up, or a reset."""
        self._state, self.time_ms, self.boot = self._execution.initial, 0, boot
        self._said, self._is_first = [], True
        return self.greeting()

    def step(self, inputs: Mapping[str, int], dt: int) -> bytes:
        """The line of a step of `dt` ticks, or nothing."""
        dt = 0 if self._is_first else dt
        self._is_first = False
        self.time_ms += dt * self._tick_ms
        execution = self._execution
        told = execution.inputs({**inputs, DT: dt})
        self._state, outputs = execution.step(self._state, told, execution.parameters({}))
        values = dict(zip(self._names, self._state, strict=True))
        state = [int(values[each.name]) for each in self._memory]
        named = [
            inputs[each.name] for each in self.machine.inputs if not isinstance(each.type, Quantity)
        ]
        out = list(map(int, outputs))
        news = [*named, *(state[k] for k in self._news), *out]
        if news == self._said and self.time_ms - self._said_ms < 1000:
            return b""
        self._said, self._said_ms = news, self.time_ms
        lists = [[inputs[each.name] for each in self.machine.inputs], state, out]
        shown = [",".join(map(str, each)) or "0" for each in lists]
        time_ms = (self.wrap_ms + self.time_ms) % 2**32
        text = "{} {} i {} s {} o {} f 0 b {}".format(time_ms, dt, *shown, self.boot)
        return sealed(text)


class World:
    """Inputs that stay for a while, and lie at limits or beside them.

    Args:
        machine: For which.
        seed: The same seed, the same inputs.
        steady: Values that inputs have most of the time.
        moods: How long an input stays as it is, in steps.
    """

    def __init__(
        self,
        machine: Machine,
        seed: int,
        steady: Mapping[str, int],
        moods: tuple[int, ...] = SLOW,
    ) -> None:
        self._moods = moods
        self._random = random.Random(seed)
        self._steady = steady
        system = lower(machine)
        numbers = {
            each.value
            for each in postorder([cell.next for cell in system.state])
            if isinstance(each, Number)
        }
        numbers |= {each.default for each in machine.parameters}
        self._spans = {each.name: each.span for each in machine.inputs}
        self._choices = {name: _near(numbers, span) for name, span in self._spans.items()}
        self._now = {name: self._drawn(name) for name in self._spans}
        self._left = dict.fromkeys(self._spans, 0)

    def inputs(self) -> dict[str, int]:
        """Those of the next step."""
        for name in self._spans:
            if self._left[name] == 0:
                self._now[name] = self._drawn(name)
                self._left[name] = self._random.choice(self._moods)
            self._left[name] -= 1
        return dict(self._now)

    def _drawn(self, name: str) -> int:
        if name in self._steady and self._random.random() < 0.8:
            return self._steady[name]
        return self._random.choice(self._choices[name])


# All is well, and the remote is on.
IN_ORDER = {
    "remote_l": 0,
    "remote_h": 0,
    "supply": 48000,
    "loop_closed": 1,
    "valid": 1,
    "pre_alarm": 0,
    "low_cell": 0,
    "high_cell": 0,
    "too_cold": 0,
    "too_hot": 0,
}


def _near(numbers: set[int], span: Span) -> list[int]:
    """Limits of `span`, and `numbers` in it with those beside them."""
    near = {span.lowest, span.highest, *(n + k for n in numbers for k in (-1, 0, 1))}
    return sorted(each for each in near if span.lowest <= each <= span.highest)


def run(controller: Controller, world: World, steps: int) -> Iterator[bytes]:
    """What `controller` says in that many steps after a start, line by line."""
    yield controller.restart()
    span = controller.machine.time.step
    jitter = random.Random(steps)
    for _ in range(steps):
        dt = PERIOD_MS + jitter.choice(_JITTER)
        line = controller.step(world.inputs(), min(max(dt, span.lowest), span.highest))
        if line:
            yield line
