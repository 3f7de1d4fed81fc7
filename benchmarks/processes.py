"""Whole processes beside each other: building, starting, validating, exporting, loading."""

from __future__ import annotations

import json
from pathlib import Path

from measure import Row, in_turns, process, python

from kg.store import Store

LOAD = """
import os, shutil, sys, pyoxigraph
shutil.rmtree(sys.argv[2], ignore_errors=True)
store = pyoxigraph.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
store.flush()
print(len(store), flush=True)
os._exit(0)  # closed before the engine compacts, as the build does
"""

DUMP = """
import subprocess, sys, pyoxigraph as ox
store = ox.Store.read_only(sys.argv[1])
format, output = sys.argv[2:]
lines = output + ".lines"
store.dump(lines, format=ox.RdfFormat.N_QUADS)
in_bytes = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
subprocess.run(["sort", "-o", lines, lines], check=True, env=in_bytes)
if format != "nquads":
    formats = {"turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}
    triples = (q.triple for q in store.quads_for_pattern(None, None, None, None))
    ox.serialize(triples, output, formats[format])
"""

RDFLIB = """
import json, os, resource, sys, time
import rdflib
from rdflib import RDFS
def said(what, started):
    print(json.dumps([what, time.perf_counter() - started,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000]), flush=True)
lines, shapes, output = sys.argv[1:]
started = time.perf_counter()
graph = rdflib.Graph()
graph.parse(lines, format="nt")
said("load", started)
started = time.perf_counter()
graph.serialize(output + ".nt", format="nt", encoding="utf-8")
said("ntriples", started)
started = time.perf_counter()
graph.serialize(output + ".ttl", format="turtle")
said("turtle", started)
import pyshacl
started = time.perf_counter()
_, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes), inference="none")
said("validate", started)
sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
print(json.dumps(["results", len(set(report.subjects(rdflib.RDF.type, sh.ValidationResult))), 0]))
os._exit(0)
"""


def lines_of(store: Store, folder: Path) -> Path:
    """Return a file with the quads of a store."""
    path = folder / "graph.nq"
    if not path.exists():
        store.dump(path)
    return path


def builds(title: str, arguments: list[str], folder: Path, runs: int) -> Row:
    """Return a build beside the bulk load of the same quads; the store stays in `folder/built`."""
    folder.mkdir()
    built, loaded = folder / "built", folder / "loaded"
    build = ["disease-kg", "build", "--again", "--quiet", "--output", str(built), *arguments]
    process(build)
    store = Store.open(built)
    lines = lines_of(store, folder)
    load = python(LOAD, lines, loaded)
    count = int(process(load)[2])
    if count != len(store):
        raise SystemExit(f"not the same graph: {len(store)} quads built, {count} loaded")
    taken = in_turns({"disease-kg build": build, "pyoxigraph bulk load": load}, runs)
    return Row(f"{title}: {count:,} quads", taken)


def starts(built: Path, runs: int) -> list[Row]:
    """Return commands on an existing store, cold, beside bare imports."""
    imports = python("import rdflib, networkx, pyshacl")
    rows = []
    for command in (["show", "focal dystonia"], ["search", "blefarospasm"], ["tree", "dystonia"]):
        ours = ["disease-kg", *command, "--store", str(built)]
        pair = {"disease-kg": ours, "import rdflib, networkx, pyshacl": imports}
        rows.append(Row(f"`disease-kg {command[0]}`, cold", in_turns(pair, runs)))
    return rows


def exports(built: Path, folder: Path, runs: int) -> list[Row]:
    """Return exports of the whole graph beside the engine's serializer and a sort."""
    rows = []
    for format in ("nquads", "turtle", "jsonld"):
        output = folder / f"graph.{format}"
        command = ["disease-kg", "export", "--quiet", "--store", str(built), "--format", format]
        graph = next(built.glob("build-*/graph"))
        peer = python(DUMP, graph, format, folder / f"peer.{format}")
        pair = {"disease-kg": [*command, "--output", str(output)], "pyoxigraph, and sort": peer}
        rows.append(Row(f"export as {format}", in_turns(pair, runs)))
        if format == "nquads":
            ours, theirs = (p.read_bytes() for p in (output, folder / "peer.nquads.lines"))
            if ours != theirs:
                raise SystemExit("export: the sorted lines differ")
    return rows


def with_rdflib(built: Path, folder: Path, timeout: float) -> list[Row]:
    """Return what rdflib and pySHACL take for the same graph, where they come to an end."""
    triples, shapes = folder / "graph.nt", folder / "core.ttl"
    process(["disease-kg", "export", "--quiet", "--store", str(built), "-f", "ntriples",
             "--output", str(triples)])  # fmt: skip
    shapes.write_text(_core_shapes(), "utf-8")
    _, _, output = process(python(RDFLIB, triples, shapes, folder / "rdflib"), timeout)
    said = {
        what: (seconds, memory)
        for what, seconds, memory in map(json.loads, output.split("\n")[:-1])
    }
    never = (float("inf"), None)
    ours = process(["sh", "-c", f"disease-kg validate --quiet --summary --store {built} || true"])
    core = process(python(_VALIDATE, triples, shapes))
    loaded = said.get("load", never)
    judged = said.get("validate", never)
    rows = [
        Row(
            "validation of the whole graph, loading included",
            {
                "disease-kg validate, all shapes": ours[:2],
                "disease-kg validate, core constraints": core[:2],
                "rdflib and pySHACL, core constraints": (loaded[0] + judged[0], judged[1]),
            },
            "" if "results" in said else f"pySHACL was ended after {timeout:.0f} s in all",
        ),
        Row("load with rdflib (of N-Triples)", {"rdflib": loaded}),
        Row("export as N-Triples with rdflib, loaded", {"rdflib": said.get("ntriples", never)}),
        Row("export as Turtle with rdflib, loaded", {"rdflib": said.get("turtle", never)}),
    ]
    if "results" in said and int(core[2]) != said["results"][0]:
        raise SystemExit(f"validation: {core[2].strip()} results, pySHACL has {said['results'][0]}")
    return rows


_VALIDATE = """
import sys
from pathlib import Path
from kg.validation import ENGINES, ShapeBook
print(len(ENGINES["shacl"](Path(sys.argv[1]), ShapeBook.read(Path(sys.argv[2])))))
"""


def _core_shapes() -> str:
    """Return the project's shapes without their SPARQL constraints."""
    import rdflib

    from kg import resources

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    graph = rdflib.Graph().parse(resources.path("ontology", "shapes.ttl"))
    for shape in set(graph.subjects(sh.sparql)):
        graph.remove((shape, sh.sparql, None))
    return graph.serialize(format="turtle")
