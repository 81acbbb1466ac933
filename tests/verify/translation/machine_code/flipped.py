"""Machine code in which a single bit is another: whatever is proved of it must still be true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

from spec.execution import compile_terms
from tests.verify.translation.machine_code.emulator import Emulator
from verify.translation.finding import Outcome
from verify.translation.machine_code.elf import read_image
from verify.translation.machine_code.image import Image
from verify.translation.machine_code.layout import Layout, structures
from verify.translation.machine_code.validation import validate
from verify.translation.routine import Access, Routine

_VECTORS = 100


def flip(content: bytes, name: str, bit: int) -> bytes:
    """The ELF file `content` with another `bit`, counted from the begin of the function `name`."""
    image = read_image(content)
    function = image.function(name)
    code = bytes(image.rom(at) or 0 for at in range(function.address, function.end))
    assert content.count(code) == 1
    start = content.index(code)
    changed = bytearray(content)
    changed[start + bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def check(content: bytes, routine: Routine, name: str, flips: Iterable[int]) -> Counter[Outcome]:
    """What is found of the function `name` with each of `flips`, after it was held to it."""
    found: Counter[Outcome] = Counter()
    for bit in flips:
        image = read_image(flip(content, name, bit))
        finding = validate(image, routine, name, extrema=False)
        assert "disagree" not in finding.reason, bit
        if finding.outcome is Outcome.PROVED:
            assert _is_right(image, routine, name), f"bit {bit} is proved, and matters"
        found[finding.outcome] += 1
    return found


def _is_right(image: Image, routine: Routine, name: str) -> bool:
    """Whether the emulator does what it must, in calls at random."""
    layouts = structures(image, routine, name)
    emulator = Emulator(image, image.function(name), layouts)
    places = {
        place.member.variable: (f"{layout.structure.role}.{place.name}", place.member.span)
        for layout in layouts.parameters
        if isinstance(layout, Layout)
        for place in layout.places
        if layout.structure.access is not Access.WRITTEN
    }
    expected = compile_terms(list(routine.expected.values()), [], [list(places)])
    names = {
        place.member.variable: (f"{layout.structure.role}.{place.name}", place.member.boolean)
        for layout in layouts.parameters
        if isinstance(layout, Layout)
        for place in layout.places
    }
    source = random.Random(image.function(name).size)
    for _ in range(_VECTORS):
        given = [
            source.choice((span.lowest, span.highest, source.randint(span.lowest, span.highest)))
            for _, span in places.values()
        ]
        done = emulator.call({said: v for (said, _), v in zip(places.values(), given, strict=True)})
        wanted, _ = expected(tuple(given))
        # Of a condition, every number but 0 is true.
        got = [
            int(done.after[name] != 0) if boolean else done.after[name]
            for name, boolean in map(names.__getitem__, routine.expected)
        ]
        if got != list(map(int, wanted)) or not done.kept:
            return False
    return True
