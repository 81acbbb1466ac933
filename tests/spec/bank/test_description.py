"""A description is read as it is written, or refused with everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec.bank.assessment import assess
from spec.bank.description import DescriptionError, read_bank, read_text, shipped
from spec.bank.outputs import Output
from spec.bank.table import Problem
from tests.spec.bank.samples import strings

PLAIN = """\
system_v = 24
[[batteries]]
model = "25.6/200"
series = 1
parallel = 2
[[pre_alarm]]
receiver = "alarm-lamp"
current_ma = 30
"""


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DescriptionError) as caught:
        read_text(text, "bank.toml")
    return caught.value.problems


def test_the_example_is_read_as_it_is_written() -> None:
    bank = read_bank(shipped())
    assert (bank.title, bank.system_v) == ("Sailing boat, 24 V", 24)
    assert bank.strings == (strings("25.6/200", 1, 4),)
    assert [(each.receiver.name, each.output, each.current_ua) for each in bank.attached] == [
        ("battery-protect", Output.LOAD_DISCONNECT, 10_000),
        ("contactor", Output.LOAD_DISCONNECT, 480_000),
        ("cyrix-li-charge", Output.CHARGE_DISCONNECT, 10_000),
        ("alarm-buzzer", Output.PRE_ALARM, 30_000),
    ]
    assert [each.is_bound for each in bank.attached] == [True, False, True, False]
    assert [each.is_inductive for each in bank.attached] == [False, True, False, False]
    assert bank.attached[1].label == "windlass"


@pytest.mark.parametrize(
    ("written", "current_ua"),
    [("30", 30_000), ("0.001", 1), ("2.2", 2_200), ("1e3", 1_000_000), ("1000000", 1_000_000_000)],
)
def test_currents_are_read_exactly(written: str, current_ua: int) -> None:
    bank = read_text(PLAIN.replace("= 30", f"= {written}"), "")
    assert bank.attached[0].current_ua == current_ua


def test_marks_and_line_ends_of_other_editors_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bank.toml"
    path.write_bytes(("\ufeff" + PLAIN.replace("\n", "\r\n")).encode())
    assert read_bank(path) == read_text(PLAIN, "")


def test_what_else_a_receiver_may_say() -> None:
    more = 'count = 3\ninductive = true\nlabel = "in the galley"\n'
    lamp = read_text(PLAIN + more, "").attached[0]
    assert (lamp.count, lamp.is_inductive, lamp.label) == (3, True, "in the galley")
    assert lamp.title == "alarm lamp (in the galley)"


def test_equipment_that_is_refused_needs_no_current() -> None:
    bank = read_text(PLAIN + '[[load_disconnect]]\nreceiver = "quattro"\n', "")
    assert (bank.attached[0].current_ua, bank.attached[0].is_bound) == (0, False)


# What is changed, the line and key that are named, what the message tells, and the way out.
SLIPS = [
    ("system_v = 24\n", "", 0, "system_v", "missing", "write a whole number from 1 to 1000"),
    ("= 24", "= 0", 1, "system_v", "0 cannot stand here", "write a whole number"),
    ("= 24", "= 1001", 1, "system_v", "1001 cannot stand here", "write a whole number"),
    ("= 24", "= 24.0", 1, "system_v", "24.0 cannot stand here", "write a whole number"),
    ("= 24", "= true", 1, "system_v", "true cannot stand here", "write a whole number"),
    ("= 24", '= "24 V"', 1, "system_v", '"24 V" cannot stand here', "write a whole number"),
    ("= 24", "= 2026-11-22", 1, "system_v", "2026-11-22 cannot stand", "write a whole number"),
    ("= 24", f"= 0x{'f' * 9000}", 1, "system_v", "a number as large as this", "write a whole"),
    ("25.6/200", "25.6/20", 3, "batteries.model", "no battery '25.6/20'", "did you mean '25.6/200"),
    ('"25.6/200"', "25.6", 3, "batteries.model", "25.6 cannot stand", "write the name of a"),
    ('model = "25.6/200"\n', "", 2, "batteries.model", "missing", "known here: 12.8/50, "),
    ("series = 1\n", "", 2, "batteries.series", "missing", "write a whole number"),
    ("parallel = 2", "parallel = -2", 5, "batteries.parallel", "-2 cannot", "write a whole number"),
    ("parallel = 2", "paralel = 2", 5, "batteries.paralel", "no such key", "mean 'parallel'?"),
    ("[[batteries]]", "[batteries]", 2, "batteries", "a table cannot stand", "[[batteries]]"),
    ("[[batteries]]", "[[battery]]", 2, "battery", "there is no such key", "mean 'batteries'?"),
    ("alarm-lamp", "alarm-lump", 7, "pre_alarm.receiver", "no receiver", "mean 'alarm-lamp'?"),
    ('receiver = "alarm-lamp"\n', "", 6, "pre_alarm.receiver", "missing", "known here: battery-pr"),
    ("current_ma = 30\n", "", 6, "pre_alarm.current_ma", "no source gives the", "measure it: cur"),
    ("= 30", "= 0", 8, "pre_alarm.current_ma", "0 cannot stand here", "a number of mA above 0"),
    ("= 30", "= 0.0005", 8, "pre_alarm.current_ma", "0.0005 cannot stand", "steps of 0.001"),
    ("= 30", "= 1.0005", 8, "pre_alarm.current_ma", "1.0005 cannot stand", "steps of 0.001"),
    ("= 30", "= 1e999999", 8, "pre_alarm.current_ma", "1E+999999 cannot", "at most 1000 A"),
    ("= 30", "= 1e-999999", 8, "pre_alarm.current_ma", "1E-999999 cannot", "steps of 0.001"),
    ("= 30", "= nan", 8, "pre_alarm.current_ma", "NaN cannot stand here", "a number of mA"),
    ("= 30", '= "30 mA"', 8, "pre_alarm.current_ma", '"30 mA" cannot stand', "a number of mA"),
    ("= 30", "= [30]", 8, "pre_alarm.current_ma", "a list cannot stand here", "a number of mA"),
    ("= 30", "= 30\ncount = 0", 9, "pre_alarm.count", "0 cannot stand here", "a whole number"),
    ("= 30", '= 30\nlabel = ""', 9, "pre_alarm.label", '"" cannot stand', "of 1 to 80"),
    ("= 30", '= 30\nlabel = "\\u001b"', 9, "pre_alarm.label", "cannot stand here", "of 1 to 80"),
    ("= 30", "= 30\ninductive = 1", 9, "pre_alarm.inductive", "1 cannot", "true or false"),
    ("system_v", "syste_v = 1\nsystem_v", 1, "syste_v", "no such key", "mean 'system_v'?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "key", "message", "way_out"), SLIPS)
def test_a_slip_is_named_with_its_line_and_a_way_out(  # noqa: PLR0913, PLR0917
    old: str, new: str, line: int, key: str, message: str, way_out: str
) -> None:
    assert PLAIN.count(old) >= 1
    problems = refused(PLAIN.replace(old, new, 1))
    slip = next(each for each in problems if each.key == key)
    assert slip.line == line
    assert message in slip.message
    assert way_out in slip.way_out


def test_all_slips_are_told_in_the_order_of_the_text() -> None:
    text = PLAIN.replace("25.6/200", "25").replace("= 30", "= 0").replace("= 24", "= 0")
    assert [each.line for each in refused(text)] == [1, 3, 8]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["bank.toml: system_v: missing", "bank.toml: batteries: missing"]),
        ("system_v = 12\nbatteries = []", ["bank.toml:2: batteries: missing"]),
        ("system_v = 12\nbatteries = 0", ["bank.toml:2: batteries: 0 cannot stand here"]),
        ("system_v = 12\n\n[[batteries]\n", ["bank.toml:3: this is no TOML: expected "]),
        ("system_v = 12\nsystem_v = 12\n", ["bank.toml:2: this is no TOML: cannot overwrite"]),
        ("a = 1\nb = [\n", ["bank.toml:2: this is no TOML: "]),
        ("a = 1\nb =", ["bank.toml:2: this is no TOML: invalid value"]),
        ("x = " + "9" * 5000, ["bank.toml: a number is too large"]),
        ("x = 1e99999999999999999999", ["bank.toml: a number is too large"]),
        ("x = " + "[" * 5000, ["bank.toml: a number is too large, or something nested too"]),
    ],
)
def test_what_is_no_description_is_refused(text: str, told: list[str]) -> None:
    with pytest.raises(DescriptionError) as caught:
        read_text(text, "bank.toml")
    lines = [each for each in str(caught.value).splitlines() if not each.startswith("    ")]
    assert len(lines) == len(told)
    for line, begin in zip(lines, told, strict=True):
        assert line.startswith(begin)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"title = 1\n\xff", ":2: byte 0xff is no UTF-8\n    save it as UTF-8"),
        (b"#" * 20_001, "this is too long to describe a bank"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bank.toml"
    path.write_bytes(content)
    with pytest.raises(DescriptionError) as caught:
        read_bank(path)
    assert told in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DescriptionError, match="cannot be read: no such file or directory"):
        read_bank(tmp_path / "missing.toml")
    (tmp_path / "boat.toml").write_text(PLAIN, encoding="utf-8")
    with pytest.raises(
        DescriptionError, match=r"no such file or directory\n.*did you mean '.*/boat"
    ):
        read_bank(tmp_path / "boot.toml")
    with pytest.raises(DescriptionError, match="cannot be read: this is a directory"):
        read_bank(tmp_path)


SPOIL = st.lists(
    st.tuples(
        st.integers(0, len(PLAIN)),
        st.integers(0, 12),
        st.one_of(
            st.sampled_from(['"', "'", "[", "]]", "{", "=", "\n", ".", "#", "1e9", "true", '"""']),
            st.text(max_size=4),
        ),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SPOIL)
def test_whatever_is_written_is_a_bank_or_refused(spoilt: list[tuple[int, int, str]]) -> None:
    text = PLAIN
    for start, length, new in spoilt:
        text = text[:start] + new + text[start + length :]
    try:
        bank = read_text(text, "bank.toml")
    except DescriptionError:
        lines = {each.line for each in refused(text)}
        assert lines
        assert lines <= set(range(text.count("\n") + 2))
    else:
        assert assess(bank).fuse.needed_ua >= 300_000
