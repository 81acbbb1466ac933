"""The status line: what a controller says on its serial line, the same for every target.

115200 baud, 8 data bits, no parity, 1 stop bit; ASCII; every line ends in one line feed. A line
is of one of two kinds:

``# TEXT``
    For people. At boot it is ``# NAME HASH``: the machine's name, and the first 8 digits of the
    SHA-256 of its text (as in the manifest, `program_of`). ``# late N`` says that N steps so far
    began a whole period late, or later. A reader passes over what it does not know.

``@TIME DT i INPUTS s STATE o OUTPUTS f FAULT b BOOT*CRC``
    One step: what was read, and what came of it. It is sent once a second, after the first step,
    and in each step in which a condition or an enumeration among the inputs, a mode, a flag of the
    memory, an output or the fault differs from what was sent last. Numbers that change alone (a
    voltage, a timer) cause no line. If lines come faster than they can be sent, steps are left out
    whole, and the newest follows as soon as there is room.

    * TIME: time since the first step in ms, modulo 2**32. DT: the time that this step was told of,
      in ticks of the machine; 0 in the first step. What all steps so far were told of is TIME in
      whole ticks, unless a DT was the most that a step may be told of: then time was lost.
    * INPUTS, STATE, OUTPUTS: the members of the structures (C) or objects (MicroPython) in their
      order, separated by commas; dt, the last input, is left out, because it stands in front. A
      structure that would be empty has its stand-in, 0.
    * FAULT: one of `Fault`. While it is not 0 no step is taken: STATE is what was found, and
      OUTPUTS are those of floating pins. It stays until power is cycled.
    * BOOT: one of `Boot`.
    * CRC: `crc8` of everything between ``@`` and ``*``, neither included, as two lower-case
      hexadecimal digits.

    All numbers are decimal integers, with a minus sign if need be. For example::

        @31000 10 i 0,0,51200,1,1,1,1,0,0,0 s 2,1,30400,1,100 o 1,1,1,1,0 f 0 b 0*29
"""

from __future__ import annotations

from enum import IntEnum

from codegen.manifest import digest
from spec.machine import Machine

BAUD = 115200
_POLYNOMIAL = 0x07
_SHOWN_DIGITS = 8


class Fault(IntEnum):
    """What the self-check of a controller found; the least number is reported if it is several.

    Attributes:
        NONE: Nothing.
        STATE: The memory of the machine is not what the last step left there.
        IMAGE: The program is not what was built.
        STACK: The stack has grown to its end.
        CLOCK: Two clocks disagree.
        PINS: A register of a pin is not as it was set.
        PROGRAM: The program reached what it never should: an exception in MicroPython.
    """

    NONE = 0
    STATE = 1
    IMAGE = 2
    STACK = 3
    CLOCK = 4
    PINS = 5
    PROGRAM = 6


class Boot(IntEnum):
    """Why a controller started.

    Attributes:
        POWER: Power came, the supply dipped, or the reset pin was pulled.
        WATCHDOG: A step took too long, or the program ran away.
        FORCED: A debugger or the program asked for it.
    """

    POWER = 0
    WATCHDOG = 1
    FORCED = 2


def program_of(machine: Machine) -> str:
    """What stands in the first line after ``# ``: which machine it is."""
    return f"{machine.name} {digest(machine.text.encode())[:_SHOWN_DIGITS]}"


def crc8(data: bytes) -> int:
    """The CRC-8 with polynomial x^8 + x^2 + x + 1 from 0 on; that of ``123456789`` is 0xf4."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ _POLYNOMIAL if crc & 0x80 else crc << 1) & 0xFF
    return crc
