"""The table of a run: time runs down, one row a step, a column for each signal that changes.

Signals that never change are named once above the table; a table too wide for the page continues
in a block below. What a row shows is decided in `trace_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smallbms.presenters.lines import UNBROKEN, Line, Tone, wrapped
from smallbms.presenters.signals import Signal, memory, parameters, signals
from smallbms.presenters.trace_rows import Row, constant_times, rows, time_headings
from spec.expression import Quantity
from spec.trace import Trace

_FAULT = ">>"
_GAP = "  "
# A heading longer than that is broken behind an underscore.
_HEADING = 10


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading in lines, the group it belongs to, and its cells."""

    heading: tuple[str, ...]
    group: str
    is_number: bool
    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        """Of the widest text in it or above it."""
        return max(map(len, (self.group, *self.heading, *self.cells)))

    def aligned(self, text: str) -> str:
        """`text`, as wide as the column."""
        return text.rjust(self.width) if self.is_number else text.ljust(self.width)


def run_table(trace: Trace, width: int, *, fails: bool, most_rows: int | None = None) -> list[Line]:
    """`trace` as lines of at most `width` columns, if its values allow that.

    Args:
        trace: Any run.
        width: Of the page, in columns.
        fails: The property fails in the last step, which is marked.
        most_rows: Rows beyond that are left out of the middle, and counted there.
    """
    lines = _setting(trace, width)
    if not trace.steps:
        return lines
    changing = [each for each in signals(trace) if not each.is_constant]
    made = rows(trace, changing, most_rows)
    times, values = _time_columns(trace, made), _value_columns(changing, made)
    blocks = _blocks(times, values, width)
    for block in blocks:
        lines.append(Line())
        lines += _block([*times, *block], made, width, fails=fails, below=block is blocks[-1])
    if fails:
        lines.append(Line(f"{_FAULT} the property fails in this step", Tone.BAD))
    return lines


def _setting(trace: Trace, width: int) -> list[Line]:
    """What does not change: parameters, constant signals, and the memory a run starts from."""
    lines = []
    if trace.start:
        lines.append(Line("from this content of the state memory (no run leads here):", Tone.BAD))
        lines += wrapped(_listed(memory(trace)), width, first="    ")
    constant = [
        (each.name, each.show(0)) for each in signals(trace) if trace.steps and each.is_constant
    ] + constant_times(trace)
    for heading, values in (("parameters: ", parameters(trace)), ("throughout: ", constant)):
        if values:
            lines += wrapped(_listed(values), width, first=heading, tone=Tone.QUIET)
    return lines


def _listed(values: Sequence[tuple[str, str]]) -> str:
    # A value keeps its unit, and a name its value, where the line is broken.
    return ", ".join(f"{name} {value}".replace(" ", UNBROKEN) for name, value in values)


def _time_columns(trace: Trace, made: Sequence[Row]) -> list[_Column]:
    headings = time_headings(trace)
    return [
        _Column(_broken(heading), "", True, tuple(row.times[k] for row in made if row.times))
        for k, heading in enumerate(headings)
    ]


def _value_columns(changing: Sequence[Signal], made: Sequence[Row]) -> list[_Column]:
    return [
        _Column(
            _broken(each.name),
            each.role.value,
            isinstance(each.type, Quantity),
            tuple(row.values[k] for row in made if row.times),
        )
        for k, each in enumerate(changing)
    ]


def _broken(name: str) -> tuple[str, ...]:
    """`name` in lines, broken behind its underscores: values are mostly shorter than names."""
    *starts, end = name.split("_")
    lines = [""]
    for part in (*(f"{each}_" for each in starts), end):
        if lines[-1] and len(lines[-1] + part) > _HEADING:
            lines.append("")
        lines[-1] += part
    return tuple(lines)


def _blocks(times: list[_Column], values: list[_Column], width: int) -> list[list[_Column]]:
    """`values` in as many blocks as it takes, each of which begins with `times`."""
    start = len(_FAULT) + sum(len(_GAP) + each.width for each in times)
    blocks: list[list[_Column]] = [[]]
    used = start
    for column in values:
        needed = len(_GAP) + column.width
        if blocks[-1] and used + needed > width:
            blocks.append([])
            used = start
        blocks[-1].append(column)
        used += needed
    return blocks


def _block(
    columns: list[_Column], made: Sequence[Row], width: int, *, fails: bool, below: bool
) -> list[Line]:
    """One block of the table; with the transitions `below` their steps, or without."""
    lines = [Line(text, Tone.HEADING) for text in _heading(columns)]
    margin = " " * len(_FAULT) + _GAP
    position = 0
    for row in made:
        if not row.times:
            lines += wrapped(row.remark, width, first=margin, tone=Tone.QUIET)
            continue
        fault = fails and row.is_last
        cells = [each.aligned(each.cells[position]) for each in columns]
        gutter = _FAULT if fault else " " * len(_FAULT)
        tone = Tone.BAD if fault else Tone.PLAIN
        lines.append(Line(_GAP.join([gutter, *cells]).rstrip(), tone))
        for text in row.below if below else ():
            lines += wrapped(text, width, first=margin + 3 * _GAP, tone=Tone.QUIET)
        position += 1
    return lines


def _heading(columns: list[_Column]) -> list[str]:
    height = max(len(each.heading) for each in columns)
    groups = ""
    named = ""
    start = len(_FAULT)
    for column in columns:
        if column.group != named:
            named = column.group
            groups = groups.ljust(start + len(_GAP)) + named
        start += len(_GAP) + column.width
    lines = [groups] if groups else []
    for k in range(height):
        # All headings end in the last line, above the cells.
        texts = [(("",) * (height - len(each.heading)) + each.heading)[k] for each in columns]
        aligned = [each.aligned(text) for each, text in zip(columns, texts, strict=True)]
        lines.append(_GAP.join([" " * len(_FAULT), *aligned]).rstrip())
    return lines
