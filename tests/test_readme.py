"""The README and the cookbook are true: every example in them runs, with its output."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import Summary

README = Path(__file__).parent.parent / "README.md"
CONSOLE = re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
EXAMPLES = [
    (command.strip(), output)
    for block in CONSOLE
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
SETUP = ("pip ", "git ")


@pytest.fixture(scope="module")
def environment(
    embedded_build: tuple[Path, Summary], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The graph of the embedded data in use, and kept as a release too."""
    data = tmp_path_factory.mktemp("data")
    release = data / "disease-kg" / "releases" / "2026-05"
    release.parent.mkdir(parents=True)
    release.symlink_to(embedded_build[0])
    bin = str(Path(sys.executable).parent)
    path = f"{bin}{os.pathsep}{os.environ['PATH']}"
    return {
        **os.environ,
        "PATH": path,
        "DISEASE_KG_STORE": str(embedded_build[0]),
        "XDG_DATA_HOME": str(data),
        "LANG": "C.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }


def pattern(expected: str) -> str:
    """Return a regular expression of an output in which `…` stands for anything left out."""
    lines = [re.escape(line.rstrip()) for line in expected.rstrip().splitlines()]
    joined = "\n".join(lines)
    return joined.replace("\n…\n", "\n(?:.*\n)*?").replace("…", "(?:.|\n)*?")


@pytest.mark.parametrize(("command", "expected"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_command(command: str, expected: str, environment: dict[str, str], tmp_path: Path) -> None:
    if command.startswith(SETUP):
        return
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    shown = "\n".join(line.rstrip() for line in done.stdout.decode().rstrip().splitlines())
    assert re.fullmatch(pattern(expected), shown), f"{shown}\n{done.stderr.decode()}"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("name", ["README.md", "COOKBOOK.md"])
def test_python(name: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISEASE_KG_STORE", environment["DISEASE_KG_STORE"])
    result = doctest.testfile(
        str(README.with_name(name)), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert result.attempted >= 8
    assert result.failed == 0


def test_the_cookbook_is_typed(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api")
    text = README.with_name("COOKBOOK.md").read_text("utf-8")
    script = tmp_path / "cookbook.py"
    script.write_text(
        "".join(e.source for e in doctest.DocTestParser().get_examples(text)), "utf-8"
    )
    options = ["--strict", "--ignore-missing-imports", "--cache-dir", str(tmp_path)]
    said, wrong, code = mypy.run([*options, str(script)])
    assert code == 0, said + wrong
