"""What other people's tools read in an export: run by the Python of the tool's own environment.

    python benchmarks/tools.py pronto conditions.obo

prints the tool's version and what it counts, as one line of JSON; `interchange.py` compares it with
what the graph itself answers. Nothing here imports this project.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

DYSTONIC = "MONDO:0003441"
NIH = "https://w3id.org/disease-kg/authority/nih"
Counts = dict[str, int]


def pronto(file: Path) -> Counts:
    from pronto import Ontology

    ontology = Ontology(str(file))
    live = [term for term in ontology.terms() if not term.obsolete]
    return {
        "conditions": len(live),
        "withdrawn": len(ontology.terms()) - len(live),
        "broader": sum(len(set(t.superclasses(1, with_self=False))) for t in live),
        "below dystonic disorder": len(set(ontology[DYSTONIC].subclasses(with_self=False))),
        "listed by the NIH": sum("rare_nih" in term.subsets for term in live),
    }


def fastobo(file: Path) -> Counts:
    import fastobo

    frames = [f for f in fastobo.load(str(file)) if isinstance(f, fastobo.term.TermFrame)]
    tags = [clause.raw_tag() for frame in frames for clause in frame]
    withdrawn = tags.count("is_obsolete")
    return {
        "conditions": len(frames) - withdrawn,
        "withdrawn": withdrawn,
        "broader": tags.count("is_a"),
    }


def oaklib(file: Path) -> Counts:
    from oaklib import get_adapter

    adapter = get_adapter(f"{'obograph' if file.suffix == '.json' else 'simpleobo'}:{file}")
    withdrawn = set(adapter.obsoletes())
    is_a = ["rdfs:subClassOf"]
    below = set(adapter.descendants([DYSTONIC], predicates=is_a, reflexive=False)) - {DYSTONIC}
    entities = {one for one in adapter.entities(owl_type="owl:Class") if ":" in str(one)}
    kinds = {(s, o) for s, p, o in adapter.relationships(predicates=is_a)}
    return {
        "conditions": len(entities - withdrawn),
        "withdrawn": len(withdrawn),
        "broader": len(kinds),
        "below dystonic disorder": len(below),
    }


def sssom(file: Path) -> Counts:
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    mappings = parse_sssom_table(str(file))
    reports = validate(mappings, fail_on_error=False)
    errors = sum(len(report.results) for report in (reports or {}).values())
    return {"mappings": len(mappings.df), "errors": errors}


def fhir(file: Path) -> Counts:
    from fhir.resources.R4B.bundle import Bundle

    bundle = Bundle.model_validate_json(file.read_bytes())
    system, _, *maps = (entry.resource for entry in bundle.entry)
    told = [(p.code, p) for concept in system.concept for p in concept.property]
    withdrawn = sum(code == "inactive" for code, _ in told)
    rare = [p.valueCoding for code, p in told if code == "rare-according-to"]
    return {
        "conditions": len(system.concept) - withdrawn,
        "withdrawn": withdrawn,
        "broader": sum(code == "parent" for code, _ in told),
        "listed by the NIH": sum(coding.code == "nih" for coding in rare),
        "codes": sum(len(e.target) for one in maps for e in one.group[0].element),
        "exact codes": sum(
            target.equivalence == "equivalent"
            for one in maps
            for element in one.group[0].element
            for target in element.target
        ),
    }


def networkx(file: Path) -> Counts:
    import networkx

    graph = networkx.read_graphml(file)
    rare = networkx.get_node_attributes(graph, "rare according to")
    return {
        "conditions": len(graph),
        "broader": graph.number_of_edges(),
        "below dystonic disorder": len(networkx.descendants(graph, DYSTONIC)),
        "listed by the NIH": sum("authority:nih" in one.split() for one in rare.values()),
    }


# KGX reads the Biolink Model from the network; here it is that of the package biolink-model


def _biolink() -> None:
    """Let KGX find the Biolink Model and its prefixes among the installed packages."""
    import bmt.toolkit

    (package,) = find_spec("biolink_model").submodule_search_locations
    schema = f"{package}/schema/biolink_model.yaml"
    bmt.toolkit.Toolkit.__init__.__defaults__ = (schema, {"predicate mappings": []})
    cached = Path(sys.prefix) / f"biolink-{version('biolink-model')}.jsonld"
    if not cached.exists():
        from linkml.generators.jsonldcontextgen import ContextGenerator

        cached.write_text(ContextGenerator(schema).serialize(), "utf-8")
    import kgx.config

    context = json.loads(cached.read_text("utf-8"))["@context"]
    kgx.config.jsonld_context_map.update(
        {"biolink": context, "monarch_context": {}, "obo_context": {}}
    )


def kgx(archive: Path) -> Counts:
    """Validate what KGX's own transformer reads from the archive.

    Edges are counted as they are read: its graph in memory keeps one of several with the same ends
    and predicate.
    """
    _biolink()
    import networkx
    from kgx.transformer import Transformer
    from kgx.utils.kgx_utils import GraphEntityType
    from kgx.validator import Validator

    validator = Validator()
    counts = Counter[str]()
    kinds = networkx.DiGraph()

    def inspect(entity: GraphEntityType, record: list[Any]) -> None:
        validator(entity, record)
        if entity == GraphEntityType.EDGE:
            subject, object, _, told = record
            counts[told["predicate"]] += 1
            counts["negated"] += str(told.get("negated")).lower() == "true"
            if told["predicate"] == "biolink:subclass_of":
                kinds.add_edge(object, subject)

    source = {"filename": [str(archive)], "format": "tsv", "compression": "tar.gz"}
    Transformer().transform(source, inspector=inspect)
    return {
        "broader": counts["biolink:subclass_of"],
        "below dystonic disorder": len(networkx.descendants(kinds, DYSTONIC)),
        "symptoms of HPO": counts["biolink:has_phenotype"],
        "excluded symptoms": counts["negated"],
        "errors": sum(
            len(found)
            for by_type in validator.get_errors().values()
            for by_message in by_type.values()
            for found in by_message.values()
        ),
    }


def biolink(folder: Path) -> Counts:
    """Make every row an object of the Biolink Model's own Python classes."""
    import biolink_model.datamodel.pydanticmodel_v2 as model
    from pydantic import ValidationError

    several = "aggregator_knowledge_source publications has_evidence xref synonym category"
    lists = {*several.split(), "provided_by"}
    ids: set[str] = set()
    errors = 0
    for name in ("nodes", "edges"):
        with (folder / f"disease-kg_{name}.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for row in rows:
            told = {k: v.split("|") if k in lists else v for k, v in row.items() if v}
            kind = getattr(model, told["category"][0].removeprefix("biolink:"))
            try:
                kind(**told)
            except ValidationError as error:
                print(error, file=sys.stderr)
                errors += 1
        if name == "nodes":
            ids = {row["id"] for row in rows}
        else:
            errors += sum(row[end] not in ids for row in rows for end in ("subject", "object"))
    return {"errors": errors}


# Tables


def _counts(rows: Callable[[str], int], where: Callable[[str, str], int]) -> Counts:
    return {
        "conditions": where("conditions", "withdrawn = false"),
        "withdrawn": where("conditions", "withdrawn = true"),
        "broader": rows("broader"),
        "closure": rows("closure"),
        "below dystonic disorder": where("closure", f"ancestor = '{DYSTONIC}'"),
        "symptoms": rows("symptoms"),
        "excluded symptoms": where("symptoms", "excluded = true"),
        "estimates of prevalence": rows("prevalence"),
    }


def duckdb(folder: Path) -> Counts:
    import duckdb

    suffix = next(folder.glob("closure.*")).suffix

    def where(table: str, condition: str) -> int:
        query = f"SELECT COUNT(*) FROM '{folder}/{table}{suffix}' WHERE {condition}"
        return int(duckdb.sql(query).fetchall()[0][0])

    return _counts(lambda table: where(table, "true"), where)


def _of_frames(read: Callable[[str], Any]) -> Counts:
    def where(table: str, condition: str) -> int:
        column, _, value = condition.split(" ", 2)
        wanted = {"true": True, "false": False}.get(value, value.strip("'"))
        return int((read(table)[column] == wanted).sum())

    return _counts(lambda table: len(read(table)), where)


def pandas(folder: Path) -> Counts:
    import pandas

    def read(table: str) -> Any:
        file = next(folder.glob(f"{table}.*"))
        return pandas.read_csv(file) if file.suffix == ".csv" else pandas.read_parquet(file)

    return _of_frames(read)


def polars(folder: Path) -> Counts:
    import polars

    def read(table: str) -> Any:
        file = next(folder.glob(f"{table}.*"))
        if file.suffix == ".csv":
            return polars.read_csv(file, infer_schema_length=None)
        return polars.read_parquet(file)

    return _of_frames(read)


def rdflib(file: Path) -> Counts:
    """Read JSON-LD; the context of schema.org is a vocabulary, which is not fetched."""
    from rdflib import RDF, Graph, URIRef

    document = json.loads(file.read_text("utf-8"))
    document["@context"] = {"@vocab": "https://schema.org/"}
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    kind = URIRef("https://schema.org/MedicalCondition")
    return {"in the branch": len(set(graph.subjects(RDF.type, kind)))}


READERS: Iterable[Callable[[Path], Counts]] = (
    *(pronto, fastobo, oaklib, sssom, fhir, networkx, kgx, biolink),
    *(duckdb, pandas, polars, rdflib),
)
PACKAGES = {"fhir": "fhir.resources", "biolink": "biolink-model"}


if __name__ == "__main__":
    readers = {reader.__name__: reader for reader in READERS}
    name, path = sys.argv[1:]
    counted = readers[name](Path(path))
    package = PACKAGES.get(name, name)
    print(json.dumps({"tool": f"{package} {version(package)}", "counts": counted}))
