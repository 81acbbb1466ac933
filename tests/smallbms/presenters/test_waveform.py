"""Waveforms, read back by a reader of VCD."""

from __future__ import annotations

from io import BytesIO

from vcd.reader import TokenKind, tokenize

from smallbms.presenters.waveform import waveform
from spec.language.reader import read_text
from spec.machine import Machine
from spec.reference import replay
from spec.trace import Trace
from tests.smallbms import samples

Changes = dict[str, list[tuple[int, int | float | str]]]


def read_back(trace: Trace) -> tuple[Changes, str, list[str]]:
    """Changes by signal, the time scale, and the comments of a waveform."""
    names: dict[str, str] = {}
    changes: Changes = {}
    scope: list[str] = []
    now = 0
    scale = ""
    comments = []
    for token in tokenize(BytesIO(waveform(trace, "L2_1_holds"))):
        match token.kind:
            case TokenKind.COMMENT:
                comments += token.comment.split("\n")
            case TokenKind.TIMESCALE:
                scale = str(token.timescale)
            case TokenKind.SCOPE:
                scope.append(token.scope.ident)
            case TokenKind.UPSCOPE:
                scope.pop()
            case TokenKind.VAR:
                names[token.var.id_code] = ".".join([*scope, token.var.reference])
            case TokenKind.CHANGE_TIME:
                now = token.time_change
            case TokenKind.CHANGE_SCALAR:
                change = token.scalar_change
                changes.setdefault(names[change.id_code], []).append((now, change.value))
            case TokenKind.CHANGE_VECTOR:
                vector = token.vector_change
                changes.setdefault(names[vector.id_code], []).append((now, vector.value))
            case TokenKind.CHANGE_STRING:
                text = token.string_change
                changes.setdefault(names[text.id_code], []).append((now, text.value))
            case _:
                pass
    return changes, scale, [each.strip() for each in comments]


def test_changes_at_their_times(lamp: Machine) -> None:
    changes, scale, _ = read_back(samples.burns_too_long(lamp))
    assert scale == "1 ms"
    assert changes["lamp.inputs.button"] == [(0, "0"), (500, "1"), (1000, "0")]
    assert changes["lamp.modes.lamp"] == [(0, "off"), (500, "lit")]
    assert changes["lamp.outputs.bulb"] == [(0, "dark"), (500, "bright")]
    assert changes["lamp.property.L2_1_holds"] == [(0, "1"), (5500, "0")]


def test_quantities_are_integers_with_the_unit_in_the_name(lamp: Machine) -> None:
    changes, _, _ = read_back(samples.burns_too_long(lamp))
    assert changes["lamp.parameters.burning_ms"] == [(0, 5500)]
    # 10 mV is no unit; mV is the largest that it is a whole number of.
    assert changes["lamp.inputs.brightness_mV"] == [(0, 500)]


def test_a_resolution_that_fits_no_unit_is_said_in_the_header(lamp: Machine) -> None:
    changes, _, comments = read_back(samples.burns_too_long(lamp))
    assert changes["lamp.inputs.cold"] == [(0, 150)]
    assert "inputs.cold in multiples of 0.1 degC" in comments


def test_below_zero_is_two_s_complement(lamp: Machine) -> None:
    changes, _, _ = read_back(replay(lamp, {}, [samples.inputs(0, cold=-1)]))
    assert changes["lamp.inputs.cold"] == [(0, 2**64 - 1)]


def test_time_is_in_ticks_whatever_they_are() -> None:
    text = samples.LAMP.read_text(encoding="utf-8")
    slow = text.replace("1 ms .. 500 ms by 1 ms", "20 ms .. 500 ms by 20 ms")
    machine, _ = read_text(slow, "slow.machine")
    steps = [samples.inputs(0), samples.inputs(2, button=1)]
    changes, scale, _ = read_back(replay(machine, {}, steps))
    assert scale == "10 ms"
    assert changes["lamp.inputs.button"] == [(0, "0"), (4, "1")]
