"""Proves that the tools of the field read what is exported for them, and find the same in it.

    python benchmarks/interchange.py --store DIR

makes an environment for each tool below a cache folder, exports the store in each format, lets the
tools read and validate it, and compares their counts with what the graph itself answers in SPARQL.
It prints a table and exits with 1 where one differs or a validator complains.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import networkx
from platformdirs import user_cache_path

from kg.store import Store

HERE = Path(__file__).parent
PROJECT = HERE.parent
DYSTONIC = "dystonic disorder"
COMMAND = "from kg.cli import main; main()"


class Check(NamedTuple):
    """A tool that reads an export: which environment it is in, and what is exported for it."""

    tool: str
    environment: str
    format: str
    file: str
    branch: bool = False


CHECKS = (
    Check("pronto", "pronto", "obo", "conditions.obo"),
    Check("fastobo", "pronto", "obo", "conditions.obo"),
    Check("oaklib", "oaklib", "obo", "conditions.obo"),
    Check("oaklib", "oaklib", "obographs", "conditions.json"),
    Check("sssom", "sssom", "sssom", "mappings.sssom.tsv"),
    Check("networkx", "pronto", "graphml", "conditions.graphml"),
    Check("fhir", "fhir", "fhir", "bundle.json"),
    Check("kgx", "kgx", "kgx", "disease-kg.tar.gz"),
    Check("biolink", "kgx", "kgx", "kgx"),
    Check("pandas", "tables", "csv", "csv"),
    Check("polars", "tables", "csv", "csv"),
    Check("duckdb", "tables", "csv", "csv"),
    Check("pandas", "tables", "parquet", "parquet"),
    Check("polars", "tables", "parquet", "parquet"),
    Check("duckdb", "tables", "parquet", "parquet"),
    Check("rdflib", "tables", "schemaorg", "schemaorg.jsonld", branch=True),
)
PACKAGES = {
    "pronto": ["pronto"],
    "oaklib": ["oaklib"],
    "sssom": ["sssom"],
    "fhir": ["fhir.resources"],
    "kgx": ["kgx"],
    "tables": ["--editable", f"{PROJECT}[tables]", "pandas", "polars", "duckdb"],
}
"""What is installed in each environment."""

FACTS = {
    "conditions": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a dkg:Condition }",
    "withdrawn": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a dkg:DeprecatedCondition }",
    "broader": """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?c ?d
        { ?c a dkg:Condition ; skos:broader ?d . ?d a dkg:Condition } }""",
    "below dystonic disorder": """SELECT (COUNT(DISTINCT ?c) AS ?n)
        { ?c skos:broaderTransitive obo:MONDO_0003441 ; a dkg:Condition }""",
    "in the branch": """SELECT (COUNT(DISTINCT ?c) + 1 AS ?n)
        { ?c skos:broaderTransitive obo:MONDO_0003441 ; a dkg:Condition }""",
    "listed by the NIH": """SELECT (COUNT(DISTINCT ?c) AS ?n)
        { ?c a dkg:Condition ; dkg:rareAccordingTo authority:nih }""",
    "symptoms": """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s
        { ?s dkg:condition ?c ; dkg:phenotype ?p . ?c a dkg:Condition } }""",
    "symptoms of HPO": """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s
        { ?s dkg:condition ?c ; dkg:phenotype ?p . ?c a dkg:Condition
          FILTER STRSTARTS(STR(?p), "http://purl.obolibrary.org/obo/HP_") } }""",
    "excluded symptoms": """SELECT (COUNT(DISTINCT ?s) AS ?n)
        { ?s dkg:condition ?c ; dkg:phenotype ?p ; dkg:excluded true . ?c a dkg:Condition }""",
    "estimates of prevalence": """SELECT (COUNT(DISTINCT ?s) AS ?n)
        { ?s a dkg:PrevalenceEstimate ; dkg:condition ?c . ?c a dkg:Condition }""",
    "mappings": """SELECT (COUNT(*) AS ?n) {
        VALUES ?match { MATCHES skos:mappingRelation } GRAPH ?g { ?c ?match ?record }
        ?c a ?kind VALUES ?kind { dkg:Condition dkg:DeprecatedCondition }
        FILTER (?g != graph:inferred) }""",
    "codes": """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?c ?record {
        VALUES ?match { MATCHES skos:mappingRelation } GRAPH ?g { ?c ?match ?record }
        ?c a ?kind VALUES ?kind { dkg:Condition dkg:DeprecatedCondition }
        FILTER (?g != graph:inferred && !STRSTARTS(STR(?record), "https://pubmed.")
          && !STRSTARTS(STR(?record), "https://en.wikipedia.org/")) } }""",
    "exact codes": """SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?c ?record {
        ?c skos:exactMatch ?record ; a ?kind
        VALUES ?kind { dkg:Condition dkg:DeprecatedCondition } } }""",
    "errors": "SELECT (0 AS ?n) {}",
}
"""What the graph itself answers."""

MATCHES = "skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch"


def facts(store: Store) -> Iterator[tuple[str, int]]:
    """Yield the graph's own answers.

    The closure is counted from the direct pairs of conditions, as networkx follows them: the one
    that is stored also has ways through records of other nomenclatures that are no conditions.
    """
    direct = "?c a dkg:Condition ; skos:broader ?d . ?d a dkg:Condition"
    pairs = store.query(f"SELECT DISTINCT ?c ?d {{ {direct} }}")
    graph = networkx.DiGraph((row["c"].value, row["d"].value) for row in pairs)
    yield "closure", sum(len(networkx.descendants(graph, node)) for node in graph)
    for name, query in FACTS.items():
        (row,) = store.query(query.replace("MATCHES", MATCHES))
        yield name, int(row["n"].value)


def environment(name: str, cache: Path) -> Path:
    """Return the Python of an environment, which is made if it is not there."""
    folder = cache / name
    python = folder / "bin" / "python"
    done = folder / "installed"
    wanted = "\n".join(PACKAGES[name])
    if not done.exists() or done.read_text("utf-8") != wanted:
        print(f"installing {wanted.replace(chr(10), ', ')}", file=sys.stderr)
        if not python.exists():
            venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-qq", *PACKAGES[name]]
        subprocess.run(command, check=True)
        done.write_text(wanted, "utf-8")
    return python


def exported(check: Check, store: Path, path: Path, python: Path) -> tuple[float, float]:
    """Export for a tool; return the seconds and the megabytes that it took."""
    command = [str(python), "-c", COMMAND, "export", "--format", check.format, "--quiet"]
    command += ["--store", str(store), "--output", str(path)]
    command += ["--branch", DYSTONIC] if check.branch else []
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=path.parent)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - started, used.ru_maxrss / 1000


def read(check: Check, path: Path, python: Path) -> tuple[str, Mapping[str, int], float]:
    """Return the tool with its version, what it counts in an export, and the seconds it took."""
    started = time.perf_counter()
    command = [str(python), str(HERE / "tools.py"), check.tool, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["tool"], answer["counts"], time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, required=True, help="the folder of a graph")
    parser.add_argument("--cache", type=Path, default=user_cache_path("disease-kg") / "tools")
    parser.add_argument("--only", nargs="*", help="these tools only")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    ours = dict(facts(Store.open(options.store)))
    differing = 0
    made: dict[str, tuple[float, float]] = {}
    print("| format | tool | export | read | agrees on |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(prefix="disease-kg-") as folder:
        for check in CHECKS:
            if options.only and check.tool not in options.only:
                continue
            python = environment(check.environment, options.cache)
            path = Path(folder) / check.file
            if check.file not in made:
                own = python if check.environment == "tables" else Path(sys.executable)
                made[check.file] = exported(check, options.store.resolve(), path, own)
            tool, counts, seconds = read(check, path, python)
            told = [
                f"{name} {count:,}"
                if count == ours[name]
                else f"**{name} {count:,}, not {ours[name]:,}**"
                for name, count in counts.items()
            ]
            differing += sum(count != ours[name] for name, count in counts.items())
            took, memory = made[check.file]
            cost = f"{took:.0f} s, {memory:,.0f} MB"
            print(
                f"| {check.format} | {tool} | {cost} | {seconds:.0f} s | {'; '.join(told)} |",
                flush=True,
            )
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
