"""Progress is shown of what takes a while, where somebody watches."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from smallbms import progress
from smallbms.progress import shown_progress
from verify.prover import Progress


class Terminal(StringIO):
    """A terminal."""

    def isatty(self) -> bool:  # noqa: D102
        return True


def shown(stream: StringIO, patience_s: float, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written to `stream` on the way."""
    monkeypatch.setattr(progress, "_PATIENCE_S", patience_s)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress() as show:
        show(Progress(3, 20, "R05"))
        show(Progress(4, 20, "R06"))
    return stream.getvalue()


def test_what_takes_a_while_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/20" in shown(Terminal(), 0, monkeypatch)


def test_what_is_quick_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(Terminal(), 1000, monkeypatch) == ""


def test_a_log_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(StringIO(), 0, monkeypatch) == ""
