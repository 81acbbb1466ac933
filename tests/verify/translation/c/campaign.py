"""A campaign: mutants that are refuted, replayed as machine code, and mutants that are proved."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from pathlib import Path

from tests.codegen.toolchain.compilers import GCC
from tests.codegen.toolchain.programs import run
from tests.verify.translation.c.mutants import Mutant
from verify.translation.finding import Example

_ROLES = ("state", "inputs", "outputs")
_ROWS = 100_000
# Random calls: half of the memory is legal, and numbers are mostly those that something asks for.
_HARNESS = """
typedef void init(struct smallbms_state *);
typedef void step(
    struct smallbms_state *, const struct smallbms_inputs *, struct smallbms_outputs *);
static init *const inits[] = {%(inits)s};
static step *const steps[] = {%(steps)s};

void run_init(int k, struct smallbms_state *state) { inits[k](state); }

void run_step(
    int k, struct smallbms_state *state, struct smallbms_inputs *in, struct smallbms_outputs *out)
{
    steps[k](state, in, out);
}

static uint64_t seed;

static uint32_t any(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 16) %% below);
}

static uint32_t number(uint32_t lowest, uint32_t highest)
{
    static const uint32_t asked[] = {
        0, 1, 2, 99, 100, 101, 499, 500, 2899, 2900, 2901, 3399, 3400, 3499, 3500, 3501, 8000,
        8001, 8500, 8501, 30000, 30499, 30500, 30501, 59999, 60000, 69999, 70000,
    };
    uint32_t made = any(highest - lowest + 1) + lowest;
    if (any(3)) {
        made = asked[any(sizeof asked / sizeof asked[0])];
    }
    return made < lowest ? lowest : made > highest ? highest : made;
}

static uint8_t truth(void) { return any(8) ? (uint8_t)any(2) : (uint8_t)any(256); }

int differing(int k, int rows)
{
    int found = 0;
    struct smallbms_state expected, got;
    memset(&expected, 0, sizeof expected);
    memset(&got, 0, sizeof got);
    inits[0](&expected);
    inits[k](&got);
    found += memcmp(&expected, &got, sizeof got) != 0;
    seed = 88172645463325252u;
    for (int row = 0; row < rows; row++) {
        struct smallbms_outputs wanted, driven;
        struct smallbms_inputs in = {
            .remote_l_mv = number(0, 70000), .remote_h_mv = number(0, 70000),
            .supply_mv = number(8000, 70000), .loop_closed = truth() | (uint8_t)any(2),
            .valid = truth() | (uint8_t)any(2), .pre_alarm = truth(), .low_cell = truth(),
            .high_cell = truth() & truth(), .too_cold = truth() & truth(),
            .too_hot = truth() & truth(), .dt_ms = number(0, 500),
        };
        int legal = (int)any(2);
        memset(&expected, 0, sizeof expected);
        expected.load = (uint8_t)any(legal ? 4 : 256);
        expected.charge = (uint8_t)any(legal ? 3 : 256);
        expected.load_time_ms = (uint16_t)number(0, legal ? 60000 : 65535);
        expected.remote_closed_before = truth();
        expected.remote_closed_time_ms = (uint8_t)number(0, legal ? 100 : 255);
        got = expected;
        memset(&wanted, 0xA5, sizeof wanted);
        memset(&driven, 0xA5, sizeof driven);
        steps[0](&expected, &in, &wanted);
        steps[k](&got, &in, &driven);
        /* All but 0 is true. */
        expected.remote_closed_before = expected.remote_closed_before != 0;
        got.remote_closed_before = got.remote_closed_before != 0;
        found += memcmp(&expected, &got, sizeof got) || memcmp(&wanted, &driven, sizeof driven);
    }
    return found;
}
"""


class Campaign:
    """The smallBMS, which is number 0, and mutants of it, compiled.

    Args:
        files: The smallBMS in C.
        mutants: Of its source; they are numbers 1, 2 and so on.
        folder: Where they are compiled.
    """

    def __init__(self, files: dict[str, str], mutants: Sequence[Mutant], folder: Path) -> None:
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        parts = ["#include <stdbool.h>\n#include <string.h>\n"]
        for k, text in enumerate([files["smallbms.c"], *(each.text for each in mutants)]):
            for function in ("init", "step"):
                parts.append(f"#undef smallbms_{function}\n")
                parts.append(f"#define smallbms_{function} {function}_{k}\n")
            parts.append(text)
        count = len(mutants) + 1
        names = {
            f"{function}s": ", ".join(f"{function}_{k}" for k in range(count))
            for function in ("init", "step")
        }
        parts.append(_HARNESS % names)
        source, library = folder / "campaign.c", folder / "campaign.so"
        source.write_text("".join(parts), encoding="utf-8")
        run([GCC.program, "-std=c99", "-w", "-O1", "-shared", "-fPIC", source, "-o", library])
        self._library = ctypes.CDLL(str(library))
        self._types = {role: _structure(files["smallbms.h"], role) for role in _ROLES}

    def differing(self, index: int) -> int:
        """How many of many random calls of a mutant do not do what the smallBMS does."""
        return int(self._library.differing(index, _ROWS))

    def left_behind(
        self, index: int, function: str, example: Example, fill: int = 0
    ) -> dict[str, int]:
        """What is in state and outputs, full of the byte `fill`, after the call of `example`."""
        held = {
            role: kind.from_buffer(bytearray([fill]) * ctypes.sizeof(kind))
            for role, kind in self._types.items()
        }
        for each in example.given:
            role, name = each.name.split(".")
            setattr(held[role], name, each.value)
        state, inputs, outputs = (ctypes.byref(held[role]) for role in _ROLES)
        if function == "smallbms_init":
            self._library.run_init(index, state)
        else:
            self._library.run_step(index, state, inputs, outputs)
        return {
            f"{role}.{field[0]}": getattr(held[role], field[0])
            for role in ("state", "outputs")
            for field in self._types[role]._fields_
        }


def _structure(header: str, role: str) -> type[ctypes.Structure]:
    text = header.partition(f"struct smallbms_{role} {{")[2].partition("\n};")[0]
    members = re.findall(r"^    (u?int\d+)_t (\w+);", text, re.MULTILINE)
    fields = [(name, getattr(ctypes, f"c_{kind}")) for kind, name in members]
    return type(role, (ctypes.Structure,), {"_fields_": fields})
