"""The checkout keeps the shape that the tools and the readers rely on.

A rule here is about files and names; what the code does is tested beside its mirror folder.
"""

import ast
import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("codegen", "smallbms", "spec", "verify")
DOWNLOAD_ADDRESS = re.compile(r"\bresolved\W+https?:")


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout
    # A file deleted but not yet committed is still listed.
    return [path for name in listing.split("\0") if name and (path := CHECKOUT / name).is_file()]


def init_files() -> list[Path]:
    return sorted(
        path for folder in (*PACKAGES, "tests") for path in (CHECKOUT / folder).rglob("__init__.py")
    )


def is_offer(statement: ast.stmt) -> bool:
    """Whether `statement` re-exports names of ours or lists them in `__all__`."""
    match statement:
        case ast.ImportFrom(module=str(module), level=0):
            return module.partition(".")[0] in PACKAGES
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
            return all(isinstance(name, ast.Constant) for name in names)
        case _:
            return False


@pytest.mark.parametrize("package", PACKAGES)
def test_the_tests_import_this_checkout(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__ == str(CHECKOUT / package / "__init__.py")


def test_the_environment_imports_this_checkout(tmp_path: Path) -> None:
    program = (
        "import importlib, json, sys;"
        "print(json.dumps([importlib.import_module(name).__file__ for name in sys.argv[1:]]))"
    )
    # Isolated and started elsewhere: neither the folder nor PYTHONPATH can help out.
    output = subprocess.run(
        [sys.executable, "-I", "-c", program, *PACKAGES],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    expected = [str(CHECKOUT / package / "__init__.py") for package in PACKAGES]
    assert json.loads(output) == expected


@pytest.mark.skipif(
    shutil.which("git") is None or not (CHECKOUT / ".git").exists(),
    reason="only git knows which files are tracked",
)
def test_no_tracked_file_names_a_download_address() -> None:
    offenders = [
        f"{path.relative_to(CHECKOUT)}:{number}"
        for path in tracked_files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if DOWNLOAD_ADDRESS.search(line)
    ]
    assert offenders == []


@pytest.mark.parametrize("path", init_files(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_an_init_file_holds_a_docstring_and_the_names_it_offers(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(module), "an __init__.py says what its package is for"
    others = [f"line {part.lineno}" for part in module.body[1:] if not is_offer(part)]
    assert others == []
