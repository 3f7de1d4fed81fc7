"""The SPARQL endpoint beside rdflib-endpoint: requests a second, the answers compared.

    python benchmarks/endpoint_peer.py STORE [SECONDS] [FOLDER]

Needs wrk. rdflib-endpoint is installed into an environment below a folder, kept if given. It serves
a branch of the graph, which rdflib holds in memory, with each of its two stores; ours serves the
whole store, with the limits and the protection that it has for strangers. Each query is about the
branch, so that both have the same to say. 8 clients ask it over and over.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from served import free_port, running, served

from kg.exports import export_to
from kg.store import Store

PEER = "rdflib-endpoint[cli]==0.6.3"
BRANCH = "http://purl.obolibrary.org/obo/MONDO_0005395"  # movement disorder
PREFIXES = """
PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
QUERIES = {
    "ASK": "ASK { obo:MONDO_0000477 a dkg:Condition }",
    "names of one": "SELECT ?n { obo:MONDO_0000477 skos:prefLabel|skos:altLabel ?n }",
    "93 types with names": """SELECT ?c ?n {
        ?c skos:broaderTransitive obo:MONDO_0003441 ; skos:prefLabel ?n
        FILTER (LANG(?n) = "en") }""",
    "who says rare, counted": """SELECT ?a (COUNT(DISTINCT ?c) AS ?n) {
        ?c skos:broaderTransitive obo:MONDO_0003441 ; dkg:rareAccordingTo ?a } GROUP BY ?a""",
}
JSON = "application/sparql-results+json"


def address(endpoint: str, query: str) -> str:
    """Return the address that asks an endpoint a query."""
    return f"{endpoint}?{urlencode({'query': PREFIXES + query})}"


def answer(endpoint: str, query: str) -> object:
    """Return an answer that can be compared: true or false, or the rows as sets."""
    asked = urllib.request.Request(address(endpoint, query), headers={"Accept": JSON})
    found = ox.parse_query_results(
        urllib.request.urlopen(asked).read(), format=ox.QueryResultsFormat.JSON
    )
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return {frozenset(str(term.value) for term in row if term is not None) for row in found}


def rate(endpoint: str, query: str, seconds: int) -> str:
    """Return what wrk counts: requests a second, and how many failed."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "30s", "-H", f"Accept: {JSON}"]
    command.append(address(endpoint, query))
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)|timeout (\d+)", said)
    number = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    return f"{number:,.1f}/s" + (f" ({failed} failed)" if failed else "")


def program(folder: Path) -> str:
    """Return the peer's command, installed if it is not yet."""
    place = folder / "rdflib-endpoint"
    if not (place / "bin" / "rdflib-endpoint").exists():
        venv.create(place, with_pip=True)
        subprocess.run(
            [place / "bin" / "python", "-m", "pip", "install", "-q", PEER, "oxrdflib"], check=True
        )
    return str(place / "bin" / "rdflib-endpoint")


def main() -> None:
    """Serve, ask, compare, and print a table."""
    store = Path(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    rows: dict[str, dict[str, str]] = {name: {} for name in QUERIES}
    expected: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[3] if len(sys.argv) > 3 else temporary).absolute()
        branch = Path(temporary) / "branch.nt"
        export_to(Store.open(store), branch, "ntriples", branch=BRANCH)
        with served(store, "--query-workers", "2") as (ours, _):
            for name, query in QUERIES.items():
                expected[name] = answer(f"{ours}/sparql", query)
                rows[name]["disease-kg, whole graph"] = rate(f"{ours}/sparql", query, seconds)
        for kind in ("default", "Oxigraph"):
            port = free_port()
            command = [program(folder), "serve", "--host", "127.0.0.1", "--port", str(port)]
            command += ["--store", kind, str(branch)]
            with running(command, port, "/?query=ASK%7B%7D") as (theirs, _):
                for name, query in QUERIES.items():
                    assert answer(f"{theirs}/", query) == expected[name], (kind, name)
                    rows[name][f"{PEER}, {kind}, branch"] = rate(f"{theirs}/", query, seconds)
        with branch.open("rb") as lines:
            print(f"branch: {sum(1 for _ in lines):,} triples; every answer is the same")
    for name, found in rows.items():
        print(name, *(f"  {who}: {what}" for who, what in found.items()), sep="\n")


if __name__ == "__main__":
    main()
