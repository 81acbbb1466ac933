"""Lines are understood as they are described, or not at all."""

from __future__ import annotations

import random
import re

from codegen.boards import status
from smallbms.watching.line import LONGEST, Garbled, Remark, Reported, Splitter, understood
from tests.smallbms.watching.simulated import sealed


def example() -> bytes:
    """The line that the description of the format shows."""
    assert status.__doc__ is not None
    (found,) = re.findall(r"^ +(@\d.*)$", status.__doc__, re.MULTILINE)
    return str(found).encode()


def test_the_line_of_the_description_is_understood() -> None:
    assert isinstance(understood(example()), Reported)


def test_each_part_is_found() -> None:
    raw = sealed("31250 10 i 48000,0 s 2,30740,1 o 1,0 f 5 b 1").rstrip()
    assert understood(raw) == Reported(31250, 10, (48000, 0), (2, 30740, 1), (1, 0), 5, 1)


def test_no_bit_can_flip_unnoticed() -> None:
    for place in range(len(example())):
        for bit in range(8):
            raw = bytearray(example())
            raw[place] ^= 1 << bit
            assert isinstance(understood(bytes(raw)), Garbled | Remark), raw


def test_no_part_of_a_line_is_a_line() -> None:
    for length in range(len(example())):
        assert isinstance(understood(example()[:length]), Garbled)
        if length:
            assert isinstance(understood(example()[length:]), Garbled)


def test_a_right_checksum_does_not_make_a_line() -> None:
    for text in ("", "1", "-1 0 i 0 s 0 o 0 f 0 b 0", "1 0 i  s 0 o 0 f 0 b 0", "01 0 i 0 s 0 o 0"):
        assert isinstance(understood(sealed(text).rstrip()), Garbled), text


def test_negative_numbers_are_understood() -> None:
    line = understood(sealed("1 0 i -400,0 s 0 o 0 f 0 b 0").rstrip())
    assert isinstance(line, Reported)
    assert line.inputs == (-400, 0)


def test_noise_is_garbled() -> None:
    noise = random.Random(1)
    for _ in range(1000):
        raw = bytes(noise.choices(b"@#* ,0123456789isofb\xff\x00\x1b", k=noise.randrange(40)))
        assert isinstance(understood(raw), Garbled | Remark)


def test_only_the_first_line_of_a_program_names_it() -> None:
    greeting = understood(b"# smallbms 0123abcd")
    assert isinstance(greeting, Remark)
    assert greeting.program == "smallbms 0123abcd"
    late = understood(b"# late 12")
    assert isinstance(late, Remark)
    assert not late.program


def test_time_wraps() -> None:
    early, late = (
        understood(sealed(f"{time} 10 i 0 s 0 o 0 f 0 b 0").rstrip()) for time in (2**32 - 5, 5)
    )
    assert isinstance(early, Reported)
    assert isinstance(late, Reported)
    assert late.since(early) == 10
    assert early.since(late) == -10


def test_lines_are_whole_however_they_arrive() -> None:
    splitter = Splitter()
    text = b"# one\r\n# two\n# th"
    lines = [line for byte in text for line in splitter.lines(bytes([byte]))]
    assert lines == [b"# one", b"# two"]
    assert list(splitter.lines(b"ree\n")) == [b"# three"]


def test_what_never_ends_is_given_up() -> None:
    splitter = Splitter()
    assert [len(each) for each in splitter.lines(b"x" * (LONGEST + 1))] == [LONGEST + 1]
    assert list(splitter.lines(b"# one\n")) == [b"# one"]
