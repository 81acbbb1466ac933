"""The terminal shows the words of the plain text."""

from __future__ import annotations

import re
from functools import partial
from io import StringIO

import pytest

from smallbms.presenters.summary import report_lines
from smallbms.presenters.terminal import progress_bar, show_lines
from spec.machine import Machine
from tests.smallbms import samples


class Terminal(StringIO):
    """A terminal of a hundred columns."""

    def isatty(self) -> bool:  # noqa: D102
        return True


@pytest.fixture(autouse=True)
def in_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_the_words_are_those_of_the_plain_text(lamp: Machine) -> None:
    terminal = Terminal()
    show_lines(partial(report_lines, samples.mixed(lamp)), terminal)
    shown = terminal.getvalue()
    assert "\x1b[1;31mVIOLATED\x1b[0m" in shown
    assert "\x1b[32mPROVED\x1b[0m" in shown
    assert without_colours(shown) == samples.report_text(samples.mixed(lamp))


def test_brackets_of_a_specification_are_no_markup(lamp: Machine) -> None:
    terminal = Terminal()
    with progress_bar(terminal) as advance:
        advance(1, 2, "[bold]R05")
    assert "[bold]R05" in terminal.getvalue()


def test_the_bar_is_gone_at_the_end() -> None:
    terminal = Terminal()
    with progress_bar(terminal) as advance:
        advance(1, 2, "R05")
    # Cursor up and erase the line: what rich does at the end of a transient display.
    assert terminal.getvalue().endswith("\x1b[1A\x1b[2K")
