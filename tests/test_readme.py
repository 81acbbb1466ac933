"""The README is a transcript: its commands are run, its machine is read."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(console|machine)\n(.*?)```", re.DOTALL)
# How long something took differs from run to run, with the blanks around it, and nothing else may.
_TOOK = re.compile(r" *\b\d+\.\d\d s(?=  |$) *", re.MULTILINE)


def _blocks(kind: str) -> list[str]:
    return [text for found, text in _BLOCK.findall(_README) if found == kind]


def test_commands_print_what_the_readme_shows(tmp_path: Path) -> None:
    (tmp_path / "pump.machine").write_text(_blocks("machine")[0], encoding="utf-8")
    for block in _blocks("console"):
        command, _, expected = block.partition("\n")
        words = command.removeprefix("$ ").split()
        # The shipped machine is named as seen from the checkout; nothing is written there.
        folder = tmp_path if "pump.machine" in words or "generate" in words else _ROOT
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert _TOOK.sub(" ? s", done.stdout) == _TOOK.sub(" ? s", expected), command


def test_the_code_it_shows_is_generated() -> None:
    shown = re.findall(r"```c\n(.*?)```", _README, re.DOTALL)
    generated = (_ROOT / "generated" / "c99" / "smallbms.c").read_text(encoding="utf-8")
    assert shown
    assert all(each in generated for each in shown)


def test_the_mended_pump_is_proved(tmp_path: Path) -> None:
    old = next(line for line in _README.splitlines() if "after(grace)" in line)
    new = next(line for line in _README.splitlines() if "duration(dry_now) >= grace " in line)
    text = _blocks("machine")[0].replace(old.strip(), new.strip())
    (tmp_path / "pump.machine").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "smallbms", "verify", "pump.machine"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
