"""What the commands write to a real terminal, which is neither a file nor a pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kg.build import Summary
from kg.cli import cli

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

WIDTH = 72
TABLES = (
    ["alike", "torsion dystonia 7"],
    ["fetch", "--list"],
    ["query", "conditions-at-site", "site=larynx"],
    ["query", "SELECT * { ?s skos:prefLabel ?name } LIMIT 3"],
    ["query", "ASK { ?s ?p ?o }"],
    ["query", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"],
    ["rarity"],
    ["rarity", "focal dystonia"],
    ["rarity", "--disagreements"],
    ["rarity", "--only", "nih"],
    ["rarity", "--contradicted"],
    ["records", "focal dystonia"],
    ["releases"],
    ["search", "dystonia"],
    ["sources"],
    ["symptoms", "eyelids"],
)


def on_a_terminal(arguments: list[str], store: Path, home: Path) -> tuple[int, str, str]:
    """Run the command with a terminal for standard output: exit code, what it shows, errors."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, WIDTH))
    environment = {
        **{name: value for name, value in os.environ.items() if name != "COLUMNS"},
        "DISEASE_KG_STORE": str(store),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home),
    }
    with subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", *arguments],
        env=environment,
        stdout=theirs,
        stderr=subprocess.PIPE,
    ) as running:
        os.close(theirs)
        shown = b"".join(_read(ours))
        os.close(ours)
        assert running.stderr is not None
        said = running.stderr.read().decode()
    return running.returncode, shown.decode().replace("\r\n", "\n"), said


def _read(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # Linux says so that nobody writes to it any more
        while data := os.read(terminal, 1 << 16):
            yield data


@pytest.mark.parametrize("arguments", TABLES, ids=lambda arguments: " ".join(arguments)[:40])
def test_every_table_is_shown_on_a_terminal(
    arguments: list[str], small_build: tuple[Path, Summary], tmp_path: Path
) -> None:
    code, shown, said = on_a_terminal(arguments, small_build[0], tmp_path)
    assert "Traceback" not in said
    assert code == 0
    assert shown.strip()


def test_these_are_all_commands_with_tables() -> None:
    with_tables = {
        name
        for name, command in cli.commands.items()
        for option in command.params
        if "--format" in option.opts and "table" in str(option.metavar).split("|")
    }
    assert with_tables == {arguments[0] for arguments in TABLES}


def test_a_table_fits_the_terminal_and_commands_nothing(
    small_build: tuple[Path, Summary], tmp_path: Path
) -> None:
    sparql = f'SELECT ?a ?b {{ VALUES (?a ?b) {{ ("a\\u001b[31m" "{"b" * 100}") }} }}'
    _, shown, _ = on_a_terminal(["query", sparql], small_build[0], tmp_path)
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) == WIDTH
    assert "…" in shown
