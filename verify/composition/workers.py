"""Workers: independent pieces of work, each in a process of its own, a few at a time.

Every piece starts from the memory of the process that asks, whatever else is worked on, so that
what it finds does not depend on how many processes there are. A process that ends without a
result decides nothing: the one that asked does its piece again, and meets the error if it is one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import TypeVar

T = TypeVar("T")


def done_apart(pieces: Sequence[Callable[[], T]], *, jobs: int) -> list[T]:
    """The results of `pieces`, in their order.

    Args:
        pieces: What to do; its result is pickled, and what else it changes in memory is lost.
        jobs: Processes that may work at a time.
    """
    found = _found(pieces, max(1, jobs)) if "fork" in get_all_start_methods() else {}
    return [found[k] if k in found else piece() for k, piece in enumerate(pieces)]


def _found(pieces: Sequence[Callable[[], T]], jobs: int) -> dict[int, T]:
    """The results that processes of their own came to, by position."""
    fork = get_context("fork")
    waiting = list(enumerate(pieces))[::-1]
    working: dict[Connection, tuple[int, ForkProcess]] = {}
    found: dict[int, T] = {}
    try:
        while waiting or working:
            while waiting and len(working) < jobs:
                position, piece = waiting.pop()
                ours, theirs = fork.Pipe(duplex=False)
                process = fork.Process(target=_answer, args=(piece, theirs), daemon=True)
                working[ours] = position, process
                process.start()
                theirs.close()
            for ready in wait(list(working)):
                assert isinstance(ready, Connection)
                position, process = working[ready]
                with suppress(EOFError):
                    found[position] = ready.recv()
                process.join()
                ready.close()
                del working[ready]
    except OSError:
        # No more processes or no memory for them: what is left can be done without.
        return found
    finally:
        for ours, (_, process) in working.items():
            if process.pid is not None:
                process.kill()
                process.join()
            ours.close()
    return found


def _answer(piece: Callable[[], T], to: Connection) -> None:
    # Who asked is interrupted too, and ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = 1
    try:
        to.send(piece())
        status = 0
    finally:
        # At once: what stands in buffers is not this process's to write, nor an error to show.
        os._exit(status)
