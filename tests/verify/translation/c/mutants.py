"""Mutants of the smallBMS in C: one token is another, and a compiler still takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<skip>/\*.*?\*/|//[^\n]*|#[^\n]*|\s+)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<number>\d\w*)"
    r"|(?P<operator>->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>=?:;,.(){}])",
    re.DOTALL,
)
_OPERATORS = {
    "<": ("<=", ">", "!="),
    "<=": ("<", ">=", "=="),
    ">": (">=", "<", "!="),
    ">=": (">", "<=", "=="),
    "==": ("!=", "<=", ">="),
    "!=": ("==", "<", ">"),
    "&&": ("||", "&", "^", "=="),
    "||": ("&&", "|", "^", "!="),
    "+": ("-", "|", "^", "*"),
    "!": ("", "~"),
}
_TYPES = {
    "uint8_t": ("uint16_t", "int8_t", "int32_t", "bool"),
    "uint16_t": ("uint8_t", "int16_t", "uint32_t"),
    "uint32_t": ("uint16_t", "uint8_t", "int32_t"),
    "bool": ("uint8_t", "int32_t"),
}
# Words of one kind: wherever one stands, and is not declared, another could.
_KINDS = (
    (
        "SMALLBMS_LOAD_OFF",
        "SMALLBMS_LOAD_CONNECTED",
        "SMALLBMS_LOAD_WARNING",
        "SMALLBMS_LOAD_DROPPED",
    ),
    ("SMALLBMS_CHARGE_OFF", "SMALLBMS_CHARGE_ALLOWED", "SMALLBMS_CHARGE_BLOCKED"),
    ("SMALLBMS_LOAD_DISCONNECT_FLOATING", "SMALLBMS_LOAD_DISCONNECT_HIGH"),
    ("SMALLBMS_CHARGE_DISCONNECT_FLOATING", "SMALLBMS_CHARGE_DISCONNECT_HIGH"),
    ("SMALLBMS_PRE_ALARM_OUTPUT_FLOATING", "SMALLBMS_PRE_ALARM_OUTPUT_HIGH"),
    ("SMALLBMS_BLUE_LED_DARK", "SMALLBMS_BLUE_LED_LIT"),
    ("SMALLBMS_RED_LED_DARK", "SMALLBMS_RED_LED_LIT"),
    ("SMALLBMS_L_ON_MV", "SMALLBMS_H_ON_MV", "SMALLBMS_H_OVER_MV"),
    ("SMALLBMS_CONFIRM_MS", "SMALLBMS_HOLD_OFF_MS", "SMALLBMS_LOAD_TIME_MOST_MS"),
    ("SMALLBMS_LOAD_TIME_MOST_MS", "SMALLBMS_REMOTE_CLOSED_TIME_MOST_MS"),
    ("remote_l_mv", "remote_h_mv", "supply_mv", "dt_ms"),
    ("loop_closed", "valid", "pre_alarm", "low_cell"),
    ("high_cell", "too_cold", "too_hot"),
    ("load_disconnect", "charge_disconnect", "pre_alarm_output", "blue_led", "red_led"),
)
# The same, where the word in front is this one: a member of the state, a variable.
_STATE = ("load", "charge", "load_time_ms", "remote_closed_before", "remote_closed_time_ms")
_LOCALS = {
    "enabled": ("remote_on", "remote_closed"),
    "remote_on": ("remote_closed",),
    "no_charge": ("enabled",),
    "charge": ("load",),
    "load_time_ms": ("remote_closed_time_ms",),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one token that is another.

    Attributes:
        text: The whole of it.
        said: What was changed, and where.
    """

    text: str
    said: str


def mutants(text: str) -> Iterator[Mutant]:
    """All mutants of `text`, in its order."""
    before = ["", ""]
    for found in _TOKEN.finditer(text):
        if found["skip"] is not None:
            continue
        token = found[0]
        line = text.count("\n", 0, found.start()) + 1
        for other in _others(token, before):
            changed = text[: found.start()] + other + text[found.end() :]
            yield Mutant(changed, f"line {line}: {token} is {other or 'nothing'}")
        before = [before[1], token]


def _others(token: str, before: list[str]) -> Iterator[str]:
    """What could stand for `token` behind the two words `before`."""
    last = before[1]
    if token in _OPERATORS:
        yield from _OPERATORS[token]
    elif token in _TYPES:
        yield from _TYPES[token]
    elif token[0].isdigit():
        value = int(token.removesuffix("U"))
        yield f"{value + 1}U"
        if value:
            yield f"{value - 1}U"
    elif before == ["state", "->"]:
        yield from _next(_STATE, token)
    elif last == "->" or token.startswith("SMALLBMS"):
        for kind in _KINDS:
            if token in kind:
                yield from _next(kind, token)
    elif last not in _TYPES:
        yield from _LOCALS.get(token, ())


def _next(kind: tuple[str, ...], token: str) -> tuple[str, ...]:
    """Two others of a kind: more are found in the same way."""
    here = kind.index(token)
    return tuple((kind[here + 1 :] + kind[:here])[:2])
