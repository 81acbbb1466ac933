"""The serial port; the only module that imports pyserial."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import serial
from serial.tools import list_ports

from smallbms.refusal import Refused


class Gone(Exception):
    """The port was there, and is no longer."""


class Port:
    """An open port."""

    def __init__(self, device: serial.Serial) -> None:
        self._device = device

    def arrived(self, seconds: float) -> bytes:
        """What has arrived; it waits up to `seconds` for the first byte.

        Raises:
            Gone: The port was unplugged, or its other end was closed.
        """
        try:
            self._device.timeout = seconds
            first: bytes = self._device.read(1)
            return first + self._device.read(self._device.in_waiting) if first else b""
        except (OSError, TypeError) as error:
            # SerialException is an OSError; pyserial trips over a port closed meanwhile.
            raise Gone from error


@contextmanager
def opened(path: str, baud: int) -> Iterator[Port]:
    """The port at `path`, 8 data bits, no parity, 1 stop bit; no other program may have it too.

    Raises:
        Refused: It cannot be opened.
    """
    try:
        device = serial.Serial(path, baud, exclusive=True)
    except serial.SerialException as error:
        raise _refused(path, error) from None
    except (ValueError, OverflowError):
        raise Refused(f"{path}: this port cannot do {baud} baud", "choose another --baud") from None
    try:
        yield Port(device)
    finally:
        with suppress(OSError):
            device.close()


def _refused(path: str, error: serial.SerialException) -> Refused:
    match error.errno:
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return Refused(f"{path}: there is no such port", _ports())
        case errno.EACCES | errno.EPERM:
            way_out = "your user may not use it: sudo usermod -aG dialout $USER, then log in again"
            return Refused(f"{path}: permission denied", way_out)
        case errno.EBUSY | errno.EAGAIN:
            return Refused(f"{path}: another program is using it", "end that first")
    if "lock" in str(error):
        return Refused(f"{path}: another program is using it", "end that first")
    return Refused(f"{path}: this is no serial port", _ports())


def _ports() -> str:
    found = sorted(each.device for each in list_ports.comports())
    if not found:
        return "no serial port is plugged in: look at the cable and the adapter"
    return f"the ports of this computer: {', '.join(found)}"
