"""The harness from Python: one process of Node.js per emulator, one line of JSON each way.

Time is simulated: it is the same on every machine, and only `run` and `play` let it go on.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.codegen.toolchain.programs import find
from tests.emulation.record import Changed, Event, Level, Line, event
from tests.emulation.wiring import AS_IT_COMES, Setting, Watch, Wiring

_HARNESS = Path(__file__).parent / "node" / "harness.mjs"
_PATIENCE_S = 10
# Any but 0: what is in SRAM when power comes on.
_SEED = 20_040


class EmulatorError(Exception):
    """An order could not be carried out."""


class ComplaintError(AssertionError):
    """The emulator met what a chip would refuse, or get wrong."""


class DrivenLowError(AssertionError):
    """An output that may be high or floating was driven low."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What an emulator has done so far; `unfinished` is text without its line feed, by UART."""

    instructions: int
    system_hz: float
    cpu_us: int
    unfinished: tuple[str, ...]


class Emulator:
    """One Pico, from the moment power comes on; a context, which ends its process.

    Attributes:
        now_ns: How long power has been on.
        events: Everything that has happened at the watched pins and to the chip.
        lines: Everything that was sent.
    """

    def __init__(
        self,
        image: Path,
        *,
        watched: Collection[int],
        may_be_low: Collection[int] = (),
        setting: Setting = AS_IT_COMES,
    ) -> None:
        """Write `image` to the flash and apply power.

        Args:
            image: What is in the flash, from its beginning on.
            watched: Pins whose changes are recorded. None of them is ever to be driven low.
            may_be_low: Those that may.
            setting: What else is as the test wants it.
        """
        self.now_ns = 0
        self.events: list[Event] = []
        self.lines: list[Line] = []
        self._never_low = frozenset(watched) - frozenset(may_be_low)
        self._process = subprocess.Popen(
            [find("node"), _HARNESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            self._order(
                "load",
                path=str(image),
                watched=list(watched),
                timer_us=setting.timer_us,
                rom=None if setting.rom is None else setting.rom.hex(),
                tolerated=list(setting.tolerated),
                faults=setting.faults,
                front_end=setting.front_end,
                seed=_SEED,
            )
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the process; look once more whether anything went wrong, if nothing has yet."""
        try:
            if error is None:
                self._order("inspect")
        finally:
            self._end()

    def run(self, us: float) -> None:
        """Let time go on."""
        self.play([Wiring(us)])

    def play(self, steps: Sequence[Wiring], watch: Watch | None = None) -> bytes:
        """Let things happen outside, one after the other; return the copies of what is watched."""
        order: dict[str, Any] = {"steps": [each.as_order() for each in steps]}
        if watch is not None:
            order["trace"] = {
                "counter": watch.counter,
                "address": watch.address,
                "length": watch.length,
            }
        answer = self._order("play", **order)
        return bytes.fromhex(answer["trace"])

    def power_cycle(self) -> None:
        """Power goes and comes: nothing is remembered."""
        self._order("power")

    def set_timer_rate(self, rate: float) -> None:
        """Make the timer count faster or slower than it should, until the next reset."""
        self._order("rate", rate=rate)

    def levels(self, *pins: int) -> list[Level]:
        """What the pins are now."""
        return [Level(each) for each in self._order("levels", pins=pins)["levels"]]

    def peek(self, address: int, length: int) -> bytes:
        """Memory, or registers if `length` is that of whole words."""
        return bytes.fromhex(self._order("peek", address=address, length=length)["bytes"])

    def peek_word(self, address: int) -> int:
        """A word of memory, or a register."""
        return int.from_bytes(self.peek(address, 4), "little")

    def statistics(self) -> Statistics:
        """What it has done so far."""
        answer = self._order("statistics")
        return Statistics(
            answer["instructions"],
            answer["system_hz"],
            answer["cpu_us"],
            tuple(answer["unfinished"]),
        )

    def changes(self, pin: int) -> list[Changed]:
        """What has happened at a watched pin."""
        return [each for each in self.events if isinstance(each, Changed) and each.pin == pin]

    def _order(self, operation: str, **arguments: Any) -> dict[str, Any]:
        given, told = self._process.stdin, self._process.stdout
        if given is None or told is None:
            raise EmulatorError("the process has no standard input and output")
        try:
            given.write(json.dumps({"op": operation, **arguments}) + "\n")
            given.flush()
            answer = told.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise EmulatorError(f"node ended during {operation}: see its standard error")
        return self._taken(json.loads(answer))

    def _taken(self, answer: dict[str, Any]) -> dict[str, Any]:
        """`answer`, recorded. The one place where an output driven low is noticed."""
        if "error" in answer:
            raise EmulatorError(answer["error"])
        self.now_ns = answer["now_ns"]
        happened = [event(*each) for each in answer["events"]]
        self.events += happened
        self.lines += [Line(*each) for each in answer["lines"]]
        for each in happened:
            if (
                isinstance(each, Changed)
                and each.level is Level.LOW
                and each.pin in self._never_low
            ):
                raise DrivenLowError(f"pin {each.pin} is driven low at {each.at_ns} ns")
        if answer["complaints"]:
            raise ComplaintError("\n".join(answer["complaints"]))
        return answer

    def _end(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
