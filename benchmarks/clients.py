"""Other people's clients against the endpoint, unchanged: do they answer what the graph says?

    python benchmarks/clients.py STORE [FOLDER]

The store is one that `disease-kg build --obo-view` made. The Ontology Access Kit and Comunica (with
npm and Node 18 or newer) are installed into environments below a folder, which is kept if given.
Asked of conditions at random: names, synonyms, definitions, what is above and below, in what each
client makes of them; compared with what this program reads from the same store itself.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from served import served

from kg.hierarchy import Hierarchy
from kg.identifiers import compress
from kg.store import Store
from kg.vocabulary import OBOINOWL, SKOS

OAK, COMUNICA = "oaklib==0.7.4", "@comunica/query-sparql@4.5.0"
CONDITIONS, BY_COMUNICA = 12, 8
MOST_BELOW = 30
"""The Ontology Access Kit asks of each step up or down, and rests after 300 times in a minute."""

BY_OAK = """
import json, sys
from oaklib import get_adapter

address, *curies = sys.argv[1:]
adapter = get_adapter(f"sparql:{address}/sparql")
is_a = ["rdfs:subClassOf"]
json.dump({
    curie: {
        "label": adapter.label(curie),
        "aliases": sorted(set(adapter.entity_aliases(curie))),
        "definition": adapter.definition(curie),
        "ancestors": sorted(set(adapter.ancestors(curie, is_a, reflexive=False))),
        "descendants": sorted(set(adapter.descendants(curie, is_a, reflexive=False))),
        "found": curie in set(adapter.curies_by_label(adapter.label(curie))),
    }
    for curie in curies
}, sys.stdout)
"""
NARROWER = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?narrower ?label {{
  ?narrower skos:broader <{iri}> ; skos:prefLabel ?label FILTER (LANG(?label) = "en")
}}"""
NAME = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label {{ <{iri}> skos:prefLabel ?label FILTER (LANG(?label) = "en") }}"""


def told(store: Store, iri: str) -> dict[str, Any]:
    """Return what this program says of a condition, in the form of the Ontology Access Kit."""

    def texts(*predicates: str) -> list[str]:
        found = {
            quad.object.value
            for predicate in predicates
            for quad in store.find(ox.NamedNode(iri), ox.NamedNode(predicate))
            if predicate not in (SKOS.altLabel, SKOS.definition) or quad.object.language == "en"
        }
        return sorted(found)

    hierarchy = Hierarchy.of(store)
    scopes = (OBOINOWL.hasBroadSynonym, OBOINOWL.hasNarrowSynonym, OBOINOWL.hasRelatedSynonym)
    return {
        "label": store.label(iri),
        "aliases": sorted({store.label(iri), *texts(SKOS.altLabel, *scopes)}),
        "definition": next(iter(texts(SKOS.definition)), None),
        "ancestors": sorted(compress(one) or one for one in hierarchy.ancestors(iri)),
        "descendants": sorted(compress(one) or one for one in hierarchy.descendants(iri)),
        "found": True,
    }


def oak(folder: Path, address: str, curies: list[str]) -> dict[str, dict[str, Any]]:
    """Return what the Ontology Access Kit answers, in an environment of its own."""
    python = folder / "oak" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "oak", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", OAK], check=True)
    command = [str(python), "-c", BY_OAK, address, *curies]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def comunica(folder: Path, source: str, query: str) -> list[dict[str, Any]]:
    """Return the rows of Comunica's answer to a query on an endpoint or a document."""
    program = folder / "comunica" / "node_modules" / ".bin" / "comunica-sparql"
    if not program.exists():
        (folder / "comunica").mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder / "comunica"]
        subprocess.run([*install, COMUNICA], check=True, stdout=subprocess.DEVNULL)
    command = [program, source, query, "-t", "application/sparql-results+json"]
    answer = subprocess.run(command, capture_output=True, check=True).stdout
    return json.loads(answer)["results"]["bindings"]


def main() -> None:
    """Ask the clients, compare, and say what differs."""
    store = Store.open(sys.argv[1])
    hierarchy, taxonomy = Hierarchy.of(store), store.arrays.taxonomy("condition")
    mondo = [
        iri
        for number, iri in enumerate(taxonomy.iris)
        if "/MONDO_" in iri and taxonomy.below.count(number) < MOST_BELOW
    ]
    chosen = random.Random(1).sample(mondo, CONDITIONS)
    differ = 0
    with tempfile.TemporaryDirectory() as temporary, served(Path(sys.argv[1])) as (address, _):
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else temporary).absolute()
        oak(folder, address, [])
        begun = time.perf_counter()
        answers = oak(folder, address, [compress(iri) or iri for iri in chosen])
        taken = time.perf_counter() - begun
        for iri in chosen:
            mine, theirs = told(store, iri), answers[compress(iri) or iri]
            for question in mine:
                if mine[question] != theirs[question]:
                    differ += 1
                    print(compress(iri), question, mine[question], theirs[question], sep="\n  ")
        print(f"{OAK}: {6 * len(chosen)} questions in {taken:.1f} s, {differ} answers differ")
        branches = [iri for iri in mondo if 0 < len(taxonomy.children[taxonomy.numbers[iri]]) < 50]
        branches = random.Random(2).sample(branches, BY_COMUNICA)
        differ = 0
        for iri in branches:
            rows = comunica(folder, f"{address}/sparql", NARROWER.format(iri=iri))
            children = {taxonomy.iris[n] for n in taxonomy.children[taxonomy.numbers[iri]]}
            mine = {(child, hierarchy.label(child)) for child in children}
            found = {(row["narrower"]["value"], row["label"]["value"]) for row in rows}
            document = f"{address}/condition/{compress(iri)}"
            names = comunica(folder, document, NAME.format(iri=iri))
            differ += found != mine
            differ += [row["label"]["value"] for row in names] != [hierarchy.label(iri)]
        questions = 2 * len(branches)
        print(f"{COMUNICA}: {questions} questions, {differ} answers differ")


if __name__ == "__main__":
    main()
