"""What fuzzing has found stays mended; each target takes good files, and refuses broken ones."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from fuzz import targets

FINDINGS = sorted(targets.FINDINGS.iterdir())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: str(finding.name))
def test_what_was_found_is_read_or_refused(finding: Path, tmp_path: Path) -> None:
    name = finding.name.rpartition("-")[0]
    assert targets.run(name, finding.read_bytes(), tmp_path / "input") in ("read", "refused")


@pytest.mark.parametrize("name", targets.names())
def test_good_files_are_read_and_broken_ones_refused(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    path = tmp_path / "input"
    seed = max(targets.seeds(name), key=len)
    assert targets.run(name, seed, path) == "read"
    outcomes = {targets.run(name, targets.broken(chance, seed), path) for _ in range(12)}
    assert outcomes <= {"read", "refused"}
