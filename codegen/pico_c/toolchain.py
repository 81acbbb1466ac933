"""The toolchain: what a firmware is built from, and how, whether by `make` or by us."""

from __future__ import annotations

from collections.abc import Iterable

COMPILER = "arm-none-eabi-gcc"
PACKAGE = "gcc-arm-none-eabi"

# Beside the step itself.
SOURCES = (
    "main.c",
    "board.c",
    "readings.c",
    "chip.c",
    "selfcheck.c",
    "status.c",
    "startup.c",
    "boot2.S",
)
HEADERS = (
    "board.h",
    "chip.h",
    "firmware.h",
    "readings.h",
    "rp2040.h",
    "selfcheck.h",
    "status.h",
)
SCRIPT = "link.ld"
# Where the board has a front end.
FRONT_END_SOURCES = ("front_end.c", "cells.c", "i2c.c")
FRONT_END_HEADERS = ("cells.h", "front_end.h", "i2c.h")

MACHINE = ("-mcpu=cortex-m0plus", "-mthumb")
COMPILE = (
    *MACHINE,
    "-std=c11",
    "-Os",
    "-g",
    "-ffreestanding",
    "-fno-common",
    "-ffunction-sections",
    "-fdata-sections",
    # Jump tables would be read by a function of libgcc, whose use of the stack nobody sees.
    "-fno-jump-tables",
    # Each function stays a function of its own, whose lines a debugger and a proof can name.
    "-fno-ipa-icf",
    # The loop of our own memcpy is no call of memcpy.
    "-fno-tree-loop-distribute-patterns",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wcast-align",
    "-Wcast-qual",
    "-Wconversion",
    "-Wmissing-prototypes",
    "-Wshadow",
    "-Wsign-conversion",
    "-Wstrict-prototypes",
    "-Wswitch-enum",
    "-Wundef",
    "-Wvla",
    "-Werror",
)
LINK = (
    *MACHINE,
    "-nostdlib",
    "-static",
    "-Wl,--gc-sections",
    "-Wl,--fatal-warnings",
    "-Wl,--build-id=none",
    "-Wl,--print-memory-usage",
    # Else the file begins with 64 KB of nothing.
    "-Wl,-z,max-page-size=4096",
    "-T",
    SCRIPT,
)
# Behind the objects: whole divisions, which the processor cannot do.
LIBRARIES = ("-lgcc",)


def firmware_name(files: Iterable[str]) -> str | None:
    """The machine whose firmware `files` are: that of the header that is not of the firmware."""
    own = (*HEADERS, *FRONT_END_HEADERS)
    headers = [each for each in files if each.endswith(".h") and each not in own]
    # That of the monitor has a longer name.
    return min(headers, key=len).removesuffix(".h") if headers else None


def sources(name: str, *, front_end: bool) -> tuple[str, ...]:
    """What the firmware of the machine `name` is compiled from."""
    return (f"{name}.c", *SOURCES, *(FRONT_END_SOURCES if front_end else ()))
