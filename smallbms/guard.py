"""The last line of defence: whatever ends a command becomes one clear line and a status.

A traceback is for us, not for users: it is shown only where SMALLBMS_TRACEBACK is set.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

import click

from smallbms.output import reason
from smallbms.refusal import Refused
from smallbms.status import Status

TRACEBACK = "SMALLBMS_TRACEBACK"


def guarded(work: Callable[[], int]) -> int:
    """The status of `work`, whatever happens in it."""
    try:
        status = _status(work)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        status = _ended("the output was closed before all of it was written", Status.USAGE)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else "output: "
        status = _ended(where + reason(error), Status.USAGE)
    except KeyboardInterrupt:
        status = _ended("interrupted", Status.INTERRUPTED)
    _abandon_what_cannot_be_written()
    return status


def _status(work: Callable[[], int]) -> int:
    try:
        return work()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        return _ended("interrupted", Status.INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return Status.USAGE
    except Refused as refused:
        lines = [str(refused), *([refused.way_out] if refused.way_out else [])]
        return _ended("\n    ".join(lines), Status.USAGE)
    except ModuleNotFoundError as missing:
        told = f"the package '{missing.name}' is not installed; smallbms doctor says more"
        return _ended(told, Status.USAGE)
    except OSError:
        raise
    except Exception as error:  # The command line is where an unexpected one must end.
        return _internal(error)


def _internal(error: Exception) -> int:
    if os.environ.get(TRACEBACK):
        traceback.print_exc()
    told = " ".join(f"{type(error).__name__}: {error}".split())
    return _ended(
        f"internal error: {told}; please report it with what {TRACEBACK}=1 shows", Status.INTERNAL
    )


def _ended(message: str, status: Status) -> int:
    with suppress(OSError):
        click.echo(f"smallbms: {message}", err=True)
    return status


def _abandon_what_cannot_be_written() -> None:
    """Keep the interpreter from trying, and complaining, once more at its end."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
