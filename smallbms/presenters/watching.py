"""What `smallbms monitor` has to say: notes as they come, the state now, the sum at the end.

A watch proves nothing; the words say what was seen, and how much of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from codegen.boards.status import Fault, program_of
from smallbms.presenters.lines import Line, Tone, counted, cut, printable, wrapped
from smallbms.watching.judge import Verdict
from smallbms.watching.line import Garbled, Remark, Reported, understood
from smallbms.watching.note import Change, Kind, Note
from smallbms.watching.signals import Group, Signal, value
from smallbms.watching.watch import Standing, Watch
from spec.expression import Boolean, Enumeration
from spec.machine import Requirement

_SCHEMA = 1
WIDTH = 100
# What a requirement needs to stand beside the signals.
_NARROWEST = 50
_VIOLATED = "VIOLATED"
_NEVER = "not decided"
_TONES = {
    Kind.OTHER: Tone.BAD,
    Kind.VIOLATED: Tone.BAD,
    Kind.FAULT: Tone.BAD,
    Kind.GARBLED: Tone.DOUBT,
    Kind.UNFIT: Tone.DOUBT,
    Kind.LOST: Tone.DOUBT,
}
_FAULTS = {
    "state": "its memory is not what the last step left there",
    "image": "the program is not what was built",
    "stack": "the stack has grown to its end",
    "clock": "two clocks disagree",
    "pins": "a register of an output is not as it was set",
    "program": "the program reached what it never should",
}
_STARTS = {"power": "power came", "watchdog": "by its watchdog", "forced": "it was asked for"}


def heading(watch: Watch, port: str, baud: int) -> list[Line]:
    """What is watched, and of what nothing can be said."""
    machine = watch.machine
    told = f"Watching {machine.name} ({program_of(machine)}) on {port}, {baud} baud"
    lines = [Line(told, Tone.HEADING)]
    if silent := watch.judge.silent:
        text = f"Not to be judged by watching one run: {_ids(silent)}"
        lines += wrapped(text, WIDTH, indent="    ", tone=Tone.QUIET)
    return lines


def note_lines(watch: Watch, note: Note, width: int = WIDTH) -> list[Line]:
    """`note` in words, with its time in front."""
    first = " " * 12 if note.time_ms is None else f"{_moment(note.time_ms):>12}"
    tone = _TONES.get(note.kind, Tone.PLAIN)
    return wrapped(_said(watch, note), width, first=f"{first}  ", tone=tone)


def silence(seconds: int) -> list[Line]:
    """That nothing is heard, and what may be the reason."""
    text = (
        f"nothing that is understood for {seconds} s: is it this port and this baud rate, "
        "is the controller powered, are its TX and the adapter's RX connected?"
    )
    return wrapped(text, WIDTH, first=" " * 14, tone=Tone.DOUBT)


def screen_lines(watch: Watch, width: int) -> list[Line]:
    """The state of the controller, and how the requirements have fared."""
    signals = _signal_rows(watch)
    beside = max(len(each.text) for each in signals) + 3
    is_wide = width - beside >= _NARROWEST
    requirements = _requirement_rows(watch, width - beside if is_wide else width)
    if is_wide:
        rows = [
            Line(f"{one.text:<{width - beside}}   {other.text}".rstrip(), one.tone, one.toned)
            for one, other in zip_longest(requirements, signals, fillvalue=Line())
        ]
    else:
        rows = [*signals, *requirements]
    return [
        Line(),
        *(Line(cut_off(each.text, width), each.tone, each.toned) for each in rows),
        Line(cut(_counts(watch), width), Tone.QUIET),
    ]


def cut_off(text: str, width: int) -> str:
    """`text` in at most `width` columns, its blanks as they are."""
    return text if len(text) <= width else f"{text[: width - 4]} ..."


def ending(watch: Watch) -> list[Line]:
    """What was seen in all, and how much of it can be relied on."""
    lines = [Line(_counts(watch), Tone.HEADING)]
    if watch.is_other:
        lines += wrapped(_other(watch), WIDTH, indent="    ", tone=Tone.BAD)
    if watch.tally.faults:
        times = counted(watch.tally.faults, "time")
        text = f"The self-check of the controller found a fault: {times}."
        lines += wrapped(text, WIDTH, tone=Tone.BAD)
    sentences = {each.id: each.sentence for each in watch.machine.requirements}
    violated = [(id_, each) for id_, each in watch.standings.items() if each.violated]
    for id_, standing in violated:
        text = f"{id_} {_VIOLATED}: {_how_often(standing)}. {sentences[id_]}"
        lines += wrapped(text, WIDTH, indent="    ", tone=Tone.BAD)
    decided = [id_ for id_, each in watch.standings.items() if each.judged and not each.violated]
    never = [id_ for id_, each in watch.standings.items() if not each.judged and not each.violated]
    if decided:
        text = (
            f"No violation seen of {', '.join(decided)}. That is no proof: smallbms verify is one."
        )
        lines += wrapped(text, WIDTH, indent="    ")
    if never:
        text = f"Of what was told nothing was decided about {', '.join(never)}."
        lines += wrapped(text, WIDTH, indent="    ", tone=Tone.DOUBT)
    return lines


def line_json(watch: Watch, raw: bytes, notes: Sequence[Note]) -> str:
    """One line of the controller as one line of JSON, after the watch has taken it."""
    line = understood(raw)
    told: dict[str, object] = {"schema": _SCHEMA}
    match line:
        case Garbled():
            told |= {"garbled": raw.decode("ascii", "backslashreplace")}
        case Remark(text=text):
            told |= {"remark": text}
        case Reported():
            told |= {"time_ms": line.time_ms, "dt": line.dt, "fault": line.fault, "boot": line.boot}
            if Kind.UNFIT not in {each.kind for each in notes}:
                told |= _values_json(watch)
    told["notes"] = [each.kind.value for each in notes]
    return json.dumps(told, ensure_ascii=False) + "\n"


def _values_json(watch: Watch) -> dict[str, object]:
    assert watch.latest is not None
    _, seen = watch.latest
    values: dict[str, object] = {
        group.value: {
            each.name: _value_json(each, value(each, seen))
            for each in watch.signals
            if each.group is group
        }
        for group in Group
    }
    values["memory"] = dict(seen.state)
    values["verdicts"] = {id_: each.now.value for id_, each in watch.standings.items()}
    return values


def _value_json(signal: Signal, number: int) -> bool | int | str:
    match signal.type:
        case Boolean():
            return bool(number)
        case Enumeration():
            return signal.type.show(number)
        case _:
            return number


def _said(watch: Watch, note: Note) -> str:
    match note.kind:
        case Kind.PROGRAM:
            return f"the controller says it is {note.text}: this specification"
        case Kind.OTHER:
            return _other(watch)
        case Kind.STARTED:
            return f"started: {_STARTS.get(note.text, f'reason {note.text}')}"
        case Kind.JOINED:
            return "running already: what depends on what was before is not judged"
        case Kind.CHANGED:
            return "; ".join(map(_change_said, note.changes))
        case Kind.VIOLATED:
            assert note.requirement is not None
            return f"{_VIOLATED} {note.requirement.id}: {note.requirement.sentence}"
        case Kind.FAULT:
            why = _FAULTS.get(note.text, "the reason is unknown")
            return f"FAULT {note.text}: {why}; all outputs float until power is cycled"
        case Kind.REMARK:
            return f"the controller says: {printable(note.text)}"
        case Kind.GARBLED:
            return f"garbled: {cut_off(printable(note.text), 60)}"
        case Kind.UNFIT:
            return "this line fits another machine, not this one: is it the right specification?"
        case Kind.LOST:
            return "lines are missing before this one"


def _other(watch: Watch) -> str:
    return (
        f"WARNING: the controller says it is {printable(watch.program)}, and this specification "
        f"is {program_of(watch.machine)}: what is said here of requirements is worth nothing "
        "unless both mean the same; name the specification that it was generated from"
    )


def _change_said(change: Change) -> str:
    show = change.signal.type.show
    if change.before is None:
        return f"{change.signal.name} {show(change.after)}"
    return f"{change.signal.name} {show(change.before)} -> {show(change.after)}"


def _signal_rows(watch: Watch) -> list[Line]:
    if watch.latest is None:
        return [Line("nothing was received yet", Tone.QUIET)]
    _, seen = watch.latest
    names = max(len(each.name) for each in watch.signals)
    shown = {each.name: each.type.show(value(each, seen)) for each in watch.signals}
    values = max(map(len, shown.values()))
    rows = []
    for group in Group:
        rows.append(Line(group.value))
        for each in watch.signals:
            if each.group is group:
                text = f"  {each.name:<{names}}  {shown[each.name]:<{values}}"
                rows.append(Line(f"{text}  {_since(watch, each)}".rstrip()))
    return rows


def _since(watch: Watch, signal: Signal) -> str:
    """Since when; numbers change all the time."""
    if signal.group is Group.INPUT and not isinstance(signal.type, Boolean | Enumeration):
        return ""
    since = watch.since.get(signal.name)
    return "" if since is None else f"since {_moment(since)}"


def _requirement_rows(watch: Watch, width: int) -> list[Line]:
    rows = [Line("requirements")]
    words = max(len(each.id) for each in watch.machine.requirements) if watch.standings else 0
    for required in watch.machine.requirements:
        standing = watch.standings.get(required.id)
        if standing is None:
            word, rest, tone = "not by watching", "", Tone.QUIET
        elif standing.violated:
            word, rest, tone = _VIOLATED, _how_often(standing), Tone.BAD
        elif not standing.judged:
            word, rest, tone = _NEVER, "", Tone.DOUBT
        elif standing.now is Verdict.OPEN:
            word, rest, tone = "open", "", Tone.DOUBT
        else:
            word, rest, tone = "holds", "", Tone.GOOD
        rest = rest or required.sentence
        first = f"  {required.id:<{words}}  {word:<15}  "
        rows.append(Line(first + cut(rest, width - len(first)), tone, word))
    return rows


def _how_often(standing: Standing) -> str:
    assert standing.first_ms is not None
    return f"first at {_moment(standing.first_ms)}, in {counted(standing.violated, 'line')}"


def _counts(watch: Watch) -> str:
    tally = watch.tally
    parts = [counted(tally.steps, "line"), f"{tally.garbled} garbled", f"{tally.unfit} not fitting"]
    parts += [counted(tally.lost, "gap"), counted(tally.starts, "start")]
    if watch.latest is not None:
        line, _ = watch.latest
        parts.append(f"up {_moment(line.time_ms)}")
        if line.fault:
            names = {each.value: each.name.lower() for each in Fault}
            parts.append(f"FAULT {names.get(line.fault, str(line.fault))}")
    return ", ".join(parts)


def _moment(time_ms: int) -> str:
    return f"{time_ms // 1000}.{time_ms % 1000:03d} s"


def _ids(requirements: Iterable[Requirement]) -> str:
    return ", ".join(each.id for each in requirements)
