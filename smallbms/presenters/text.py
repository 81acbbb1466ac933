"""The report as plain text: for logs, files and readers without a terminal."""

from __future__ import annotations

from smallbms.presenters.lines import plain
from smallbms.presenters.summary import report_lines
from verify.verdict import Report

WIDTH = 100


def report_text(report: Report) -> str:
    """`report` in lines of at most `WIDTH` columns, in ASCII but for units and the text's own."""
    return plain(report_lines(report, WIDTH))
