"""Progress, where there is a terminal to show it on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from verify.prover import Progress

# What is done by then needs no bar, and a bar takes a moment to load.
_PATIENCE_S = 0.5


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
    """What shows how far a proof is, once it has taken a while; nothing without a terminal."""
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    begun = time.monotonic()
    advance: Callable[[int, int, str], None] | None = None
    with ExitStack() as shown:

        def show(now: Progress) -> None:
            nonlocal advance
            if time.monotonic() - begun < _PATIENCE_S:
                return
            if advance is None:
                # Loaded where it is seen.
                from smallbms.presenters.terminal import progress_bar  # noqa: PLC0415

                advance = shown.enter_context(progress_bar(sys.stderr))
            advance(now.done, now.total, now.doing)

        yield show


def is_terminal(stream: object) -> bool:
    """Whether somebody watches `stream`."""
    return isatty() if (isatty := getattr(stream, "isatty", None)) else False
