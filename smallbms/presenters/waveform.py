"""A run as a waveform: VCD, which every wave viewer reads.

Time is measured time in ticks of the machine. Enumerations and modes are strings, booleans wires,
quantities integers whose unit is in the name: ``remote_l_mV``. A resolution that is no whole
number of any unit is said in the header.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from io import StringIO

from vcd import VCDWriter

from smallbms.presenters.signals import LATENCY, TRUE_DT, signals
from spec.expression import Boolean, Enumeration, Quantity, ValueType
from spec.trace import Trace
from spec.units import UNITS, Dimension

# What VCD can say of time, coarsest first.
_SCALES = tuple(
    (Fraction(number) * scale, f"{number} {unit}")
    for unit, scale in (
        ("s", Fraction(1)),
        ("ms", Fraction(1, 10**3)),
        ("us", Fraction(1, 10**6)),
        ("ns", Fraction(1, 10**9)),
        ("ps", Fraction(1, 10**12)),
        ("fs", Fraction(1, 10**15)),
    )
    for number in (100, 10, 1)
)
_BITS = 64


@dataclass(frozen=True, slots=True)
class _Wave:
    """A variable of the file: `factor` times the trace's values."""

    scope: str
    name: str
    type: ValueType
    values: tuple[int, ...]
    factor: int = 1

    def value(self, step: int) -> str | int:
        """As VCD takes it."""
        number = self.values[step]
        if isinstance(self.type, Enumeration):
            return self.type.show(number)
        return number * self.factor


def waveform(trace: Trace, holds: str) -> bytes:
    """`trace` as a VCD file; `holds` names the wire that says whether the property holds."""
    resolution = trace.machine.time.tick.resolution
    scale, timescale = next(
        (each for each in _SCALES if (resolution / each[0]).denominator == 1), _SCALES[-1]
    )
    ticks = int(resolution / scale)
    waves, remarks = _waves(trace, holds)
    text = StringIO()
    writer = VCDWriter(
        text, timescale=timescale, date="", comment="\n".join([trace.machine.name, *remarks])
    )
    with writer:
        variables = [
            writer.register_var(
                f"{trace.machine.name}.{wave.scope}",
                wave.name,
                _VCD_TYPES[type(wave.type)],
                size=_SIZES[type(wave.type)],
                init=wave.value(0),
            )
            for wave in waves
        ]
        for step in range(1, len(trace.steps)):
            now = trace.time(step) * ticks
            for variable, wave in zip(variables, waves, strict=True):
                writer.change(variable, now, wave.value(step))
        # One tick more, so that the last step is not a line without width.
        writer.close((trace.time(len(trace.steps) - 1) + 1) * ticks)
    return text.getvalue().encode()


_VCD_TYPES = {Boolean: "wire", Enumeration: "string", Quantity: "integer"}
_SIZES = {Boolean: 1, Enumeration: None, Quantity: _BITS}


def _waves(trace: Trace, holds: str) -> tuple[list[_Wave], list[str]]:
    waves: list[_Wave] = []
    remarks: list[str] = []

    def add(scope: str, name: str, type_: ValueType, values: tuple[int, ...]) -> None:
        factor = 1
        if isinstance(type_, Quantity):
            unit, factor = _unit(type_)
            if unit:
                name = f"{name}_{unit}"
            else:
                remarks.append(f"{scope}.{name} in multiples of {_in_ascii(type_.show(1))}")
        waves.append(_Wave(scope, name, type_, values, factor))

    for each in trace.machine.parameters:
        if each.name in trace.parameters:
            add(
                "parameters",
                each.name,
                each.type,
                (trace.parameters[each.name],) * len(trace.steps),
            )
    for signal in signals(trace):
        add(signal.role.value, signal.name, signal.type, signal.values)
    for name in (TRUE_DT, LATENCY):
        if all(name in step.inputs for step in trace.steps):
            values = tuple(step.inputs[name] for step in trace.steps)
            add("world", name, trace.machine.time.fine, values)
    if trace.truth:
        add("property", holds, Boolean(), trace.truth)
    return waves, remarks


def _in_ascii(quantity: str) -> str:
    """`quantity` with its unit spelt as the language allows too: VCD is ASCII."""
    for sign, spelt in (("°C", "degC"), ("Ω", "ohm"), ("µ", "u")):
        quantity = quantity.replace(sign, spelt)
    return quantity


def _unit(type_: Quantity) -> tuple[str, int]:
    """The largest unit of which a resolution is a whole multiple, in ASCII, and that multiple."""
    if type_.dimension is Dimension.COUNT:
        return "", 1
    fitting = [
        each
        for each in UNITS.values()
        if each.dimension is type_.dimension
        and each.symbol.isascii()
        and each.symbol.isalpha()
        and (type_.resolution / each.scale).denominator == 1
    ]
    if not fitting:
        return "", 1
    unit = max(fitting, key=lambda each: each.scale)
    return unit.symbol, int(type_.resolution / unit.scale)
