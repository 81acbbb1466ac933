"""Clock: how the controller's time runs, and what its own timers can tell."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from spec.expression import (
    After,
    Clock,
    Expression,
    Kind,
    Lasting,
    Operation,
    Quantity,
    Reference,
    parts,
)
from spec.language import syntax
from spec.language.amounts import Value, read, way_out_of_units
from spec.language.errors import Code, Diagnostic
from spec.language.scope import NO_TIME, Scope
from spec.language.signals import read_sources, resolution_of
from spec.language.vocabulary import STEP_TIME
from spec.machine import Span, TimeModel
from spec.place import Place
from spec.units import Dimension, common_resolution

# Times of 31 bits, told apart as finely as this, fit into 62.
_FINEST_TOLERANCE = Fraction(1, 10**9)


def read_time(scope: Scope, blocks: list[syntax.Block]) -> TimeModel:
    """The time model; where the text declares none that can be used, one that stands in."""
    settings: dict[str, syntax.Setting] = {}
    for block in blocks:
        for item in block.items:
            if isinstance(item, syntax.Setting):
                _note(scope, settings, item)
    scope.spans[STEP_TIME] = Span(0, NO_TIME.step.highest)
    tick = _tick(scope, blocks, settings.get("step"))
    tolerance = _tolerance(scope, settings.get("clock"))
    if tick is None:
        return NO_TIME
    scope.note_resolution(tick)
    step = _step(scope, settings["step"], tick)
    scope.spans[STEP_TIME] = Span(0, step.highest)
    fine = Quantity(Dimension.TIME, tick.resolution / tolerance.denominator)
    return TimeModel(
        tick,
        step,
        tolerance,
        fine,
        _latency(scope, settings.get("output"), fine),
        _saturation(scope, settings.get("timers"), tick),
        tuple(source for item in settings.values() for source in read_sources(scope, item.sources)),
    )


def _note(scope: Scope, settings: dict[str, syntax.Setting], item: syntax.Setting) -> None:
    keyword = item.keyword
    if keyword.text in settings:
        first = settings[keyword.text].keyword.place.line
        scope.error(
            Code.DUPLICATE,
            keyword.place,
            f"'{keyword.text}' is set already, in line {first}",
            "take one out",
        )
        return
    settings[keyword.text] = item


def _tick(
    scope: Scope, blocks: list[syntax.Block], setting: syntax.Setting | None
) -> Quantity | None:
    if setting is None:
        if "step" not in scope.lost and all(block.complete for block in blocks):
            scope.error(
                Code.MISSING_BLOCK,
                blocks[0].head.keyword.place if blocks else Place(1, 1),
                "the time between two steps is not declared",
                "write, under 'time': step 1 ms .. 500 ms",
            )
        return None
    lowest, highest, *by = setting.amounts
    if by:
        return resolution_of(scope, by[0], Dimension.TIME)
    values = [_value(scope, amount, Dimension.TIME) for amount in (lowest, highest)]
    good = [value.number for value in values if value is not None]
    if len(good) < len(values):
        return None
    if not all(good):
        _refuse_simultaneous(scope, lowest)
        return None
    return Quantity(Dimension.TIME, common_resolution(abs(good[0]), abs(good[1])))


def _step(scope: Scope, setting: syntax.Setting, tick: Quantity) -> Span:
    lowest, highest, *_ = setting.amounts
    span = scope.range(lowest, highest, tick)
    if span is None:
        return NO_TIME.step
    if span.lowest < 1:
        _refuse_simultaneous(scope, lowest)
    return Span(max(1, span.lowest), max(1, span.highest))


def _refuse_simultaneous(scope: Scope, lowest: syntax.Amount) -> None:
    scope.error(
        Code.OUT_OF_RANGE,
        lowest.place,
        "two steps are never at the same time",
        "the shortest step lasts at least one tick of the clock",
    )


def _tolerance(scope: Scope, setting: syntax.Setting | None) -> Fraction:
    if setting is None:
        return Fraction(0)
    amount = setting.amounts[0]
    value = _value(scope, amount, Dimension.RATIO)
    if value is None:
        return Fraction(0)
    if not 0 <= value.number < 1:
        scope.error(
            Code.OUT_OF_RANGE,
            amount.place,
            "a tolerance is at least 0 % and less than 100 %",
            "write how far the clock may be off, in both directions",
        )
        return Fraction(0)
    if value.number % _FINEST_TOLERANCE:
        scope.error(
            Code.TOO_FINE,
            amount.place,
            "a tolerance is a multiple of 0.001 ppm",
            "round it up: a larger tolerance is the safe side",
        )
        return Fraction(0)
    return value.number


def _latency(scope: Scope, setting: syntax.Setting | None, fine: Quantity) -> Span:
    if setting is None:
        return NO_TIME.latency
    lowest, highest = setting.amounts
    span = scope.range(lowest, highest, fine)
    if span is None:
        return NO_TIME.latency
    if span.lowest < 0:
        scope.error(
            Code.OUT_OF_RANGE,
            lowest.place,
            "no output acts before its step",
            "a latency is at least 0 ms",
        )
    return span


def _saturation(scope: Scope, setting: syntax.Setting | None, tick: Quantity) -> int | None:
    if setting is None:
        return None
    amount = setting.amounts[0]
    saturation = scope.count(amount, tick)
    if saturation is not None and saturation < 1:
        scope.error(
            Code.OUT_OF_RANGE,
            amount.place,
            "a timer that stops at once tells nothing",
            "write the longest time that anything asks about",
        )
        return None
    return saturation


def _value(scope: Scope, amount: syntax.Amount, dimension: Dimension) -> Value | None:
    value = read(amount)
    if isinstance(value, Diagnostic):
        scope.report(value)
        return None
    if value.dimension is not dimension:
        scope.error(
            Code.UNIT_MISMATCH,
            amount.place,
            f"this is a {value.dimension.value}, a {dimension.value} is needed",
            way_out_of_units(value.dimension, dimension),
        )
        return None
    return value


def warn_of_saturation(scope: Scope, expressions: Iterable[Expression]) -> None:
    """Say where the machine, in `expressions`, asks for more than its own timers count to."""
    saturation = scope.time.saturation
    if saturation is None:
        return
    unfolded: set[str] = set()
    pending = list(expressions)
    while pending:
        node = pending.pop()
        match node:
            case Reference(kind=Kind.DEFINITION, name=name) if name not in unfolded:
                unfolded.add(name)
                pending.append(scope.definitions[name].expression)
            case After(time=time):
                _warn_if_beyond(scope, time, saturation, node.place)
            case Operation(operands=(Lasting(clock=Clock.MEASURED), time)):
                _warn_if_beyond(scope, time, saturation, node.place)
            case Operation(operands=(time, Lasting(clock=Clock.MEASURED))):
                _warn_if_beyond(scope, time, saturation, node.place)
            case _:
                pass
        pending += parts(node)


def _warn_if_beyond(scope: Scope, time: Expression, saturation: int, place: Place) -> None:
    highest = scope.span(time).highest
    if highest > saturation:
        show = scope.time.tick.show
        scope.warn(
            Code.CONSTANT,
            place,
            f"this asks for up to {show(highest)}, but the timers stop at {show(saturation)}",
            "let the timers saturate later",
        )
