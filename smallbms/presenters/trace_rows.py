"""The rows of a run's table: which steps get one, and what stands in it.

A step gets a row of its own unless it only repeats the step before it; a row shows what differs
from the row above. Nothing else is left out, unless the caller limits the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smallbms.presenters.signals import DT, LATENCY, TRUE_DT, Signal, movement
from spec.expression import Quantity
from spec.trace import Trace

# Fewer equal steps are not worth a row that says so.
_FOLDED = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table.

    Attributes:
        times: Number of the step and times, one text a column; empty for a remark.
        values: Of the signals that change, one text a column; empty where nothing changed.
        remark: Stands in place of the cells.
        below: The transitions taken, one a line.
        is_last: The last step of the run.
    """

    times: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    remark: str = ""
    below: tuple[str, ...] = ()
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    """A step with a row of its own."""

    step: int


@dataclass(frozen=True, slots=True)
class _Equal:
    """Steps `first` to `last` repeat the step before them, but for their times."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """So many rows were left out here."""

    rows: int


_Selection = _Shown | _Equal | _LeftOut


def time_headings(trace: Trace) -> tuple[str, ...]:
    """The headings of `Row.times`."""
    return ("step", "time", DT, *_world_times(trace))


def rows(trace: Trace, changing: Sequence[Signal], most_rows: int | None) -> list[Row]:
    """The rows of `trace`, whose signals `changing` have a column each."""
    made = []
    is_continued = False
    for each in _selected(trace, changing, most_rows):
        match each:
            case _Shown(step):
                made.append(
                    Row(
                        _times(trace, step),
                        _values(changing, step, only_changes=is_continued),
                        below=_transitions(trace, step),
                        is_last=step == len(trace.steps) - 1,
                    )
                )
                is_continued = True
            case _Equal(first, last):
                made.append(Row(remark=_equal_steps(trace, first, last)))
            case _LeftOut(number):
                made.append(Row(remark=f"... {number} rows left out"))
                is_continued = False
    return made


def _selected(
    trace: Trace, changing: Sequence[Signal], most_rows: int | None
) -> tuple[_Selection, ...]:
    selection = tuple(_folded(trace, changing))
    if most_rows is None or len(selection) <= most_rows:
        return selection
    # The end is where it goes wrong, so it gets the larger part.
    start = most_rows // 3
    end = len(selection) - (most_rows - start)
    return (*selection[:start], _LeftOut(end - start), *selection[end:])


def _folded(trace: Trace, changing: Sequence[Signal]) -> Iterator[_Selection]:
    step, last = 0, len(trace.steps) - 1
    while step <= last:
        yield _Shown(step)
        end = step
        while end + 1 < last and _repeats(trace, changing, end + 1):
            end += 1
        if end - step >= _FOLDED:
            yield _Equal(step + 1, end)
            step = end
        step += 1


def _repeats(trace: Trace, changing: Sequence[Signal], step: int) -> bool:
    """Whether nothing happens in `step` but that time goes by."""
    return not trace.steps[step].taken and all(
        each.values[step] == each.values[step - 1] for each in changing
    )


def constant_times(trace: Trace) -> list[tuple[str, str]]:
    """The times of the world that matter and have no column because they never change."""
    late = _latencies(trace)
    if len(late) == 1 and (any(late) or TRUE_DT in _world_times(trace)):
        return [(LATENCY, trace.machine.time.fine.show(*late))]
    return []


def _world_times(trace: Trace) -> list[str]:
    """The times of the world that have a column, besides dt."""
    fine = trace.machine.time.fine_per_tick
    nominal = all(
        step.inputs.get(TRUE_DT) in (None, step.inputs.get(DT, 0) * fine) for step in trace.steps
    )
    names = [] if nominal else [TRUE_DT]
    return [*names, LATENCY] if len(_latencies(trace)) > 1 else names


def _latencies(trace: Trace) -> set[int]:
    return {step.inputs[LATENCY] for step in trace.steps if LATENCY in step.inputs}


def _times(trace: Trace, step: int) -> tuple[str, ...]:
    time = trace.machine.time
    inputs = trace.steps[step].inputs
    world = [time.fine.show(inputs.get(name, 0)) for name in _world_times(trace)]
    measured = (time.tick.show(trace.time(step)), time.tick.show(inputs.get(DT, 0)))
    return (str(step), *measured, *world)


def _values(changing: Sequence[Signal], step: int, *, only_changes: bool) -> tuple[str, ...]:
    return tuple(
        "" if only_changes and each.values[step] == each.values[step - 1] else each.show(step)
        for each in changing
    )


def _transitions(trace: Trace, step: int) -> tuple[str, ...]:
    below = []
    for taken in trace.steps[step].taken:
        origin, target = movement(trace, step, taken)
        place = taken.transition.place
        below.append(f"{taken.region}: {origin} -> {target}, {place}")
    return tuple(below)


def _equal_steps(trace: Trace, first: int, last: int) -> str:
    time = trace.machine.time
    each = _extent(trace, DT, first, last, time.tick) + " each"
    if TRUE_DT in _world_times(trace):
        each += f" (true: {_extent(trace, TRUE_DT, first, last, time.fine)})"
    until = time.tick.show(trace.time(last))
    return f"... {last - first + 1} equal steps, {each}, until {until}"


def _extent(trace: Trace, name: str, first: int, last: int, type_: Quantity) -> str:
    values = [step.inputs.get(name, 0) for step in trace.steps[first : last + 1]]
    lowest, highest = type_.show(min(values)), type_.show(max(values))
    return lowest if lowest == highest else f"{lowest} to {highest}"
