"""Each shape finds its defect and nothing else, and both engines say the same."""

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import resources, validation
from kg.errors import SourceError, UnknownFormat
from kg.store import Store
from kg.validation import SH, SHAPES, Report, validate
from kg.vocabulary import DKG, RDF

SLICES = Path(__file__).parent / "fixtures" / "shapes"
GOOD = SLICES / "good.ttl"
BAD = sorted((SLICES / "bad").glob("*.ttl"))
ENGINES = ("shacl", "pyshacl")
GRAPH = ox.Dataset(ox.parse(path=str(resources.path("ontology", "shapes.ttl"))))
CONTAINER = {"targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode", "property", "name"}


def shapes() -> dict[str, dict[str, list[str]]]:
    """Return the values of each named shape, by the local names of SHACL's properties."""
    found: dict[str, dict[str, list[str]]] = {}
    for quad in GRAPH:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SHAPES):
            values = found.setdefault(quad.subject.value.removeprefix(SHAPES), {})
            name = quad.predicate.value.removeprefix(SH)
            values.setdefault(name, []).append(getattr(quad.object, "value", ""))
    return found


SHAPE = shapes()
CHECKS = {name for name, told in SHAPE.items() if told.keys() - CONTAINER - {RDF.type}}


def world(path: Path) -> Store:
    """Return the good world together with a bad slice."""
    return Store.in_memory(GOOD, path)


def expected(path: Path) -> set[str]:
    """Return the shapes that a slice says it breaks."""
    return {
        SHAPES + name for name in re.findall(r"^# expects: dkgsh:(\S+)", path.read_text(), re.M)
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_good_world_conforms(engine: str) -> None:
    report = validate(GOOD, engine=engine)
    assert report.results == ()
    assert report.conforms and report.engine == engine and not report.note


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_slice_breaks_its_shape_only_and_both_engines_agree(path: Path) -> None:
    store = world(path)
    report, reference = (validate(store, engine=engine) for engine in ENGINES)
    assert set(report.counts) == expected(path)
    assert report.results == reference.results
    assert report.to_turtle() == reference.to_turtle()
    assert not report.note


def test_every_check_has_a_bad_slice() -> None:
    assert {path.stem for path in BAD} == CHECKS
    assert len(CHECKS) > 60


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_check_says_what_it_is_how_grave_what_to_do_and_who_mends_it(name: str) -> None:
    told = SHAPE[name]
    assert [len(told[key]) for key in ("name", "message", "severity")] == [1, 1, 1]
    assert told["severity"][0].removeprefix(SH) in ("Violation", "Warning", "Info")
    assert told[DKG.responsible][0] in (DKG.Publisher, DKG.Project)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_result_says_what_its_shape_says(path: Path) -> None:
    for result in validate(world(path)).results:
        told = SHAPE[result.shape.removeprefix(SHAPES)]
        assert [result.message] == told["message"]
        assert [SH + result.severity] == told["severity"]
        assert [DKG.base + str(result.responsible)] == told[DKG.responsible]


def report_of(name: str) -> Report:
    return validate(world(SLICES / "bad" / f"{name}.ttl"))


def test_only_violations_of_the_project_block() -> None:
    assert report_of("RarityVerdict").blocking
    assert report_of("NoCycle").violations and not report_of("NoCycle").blocking
    assert not report_of("AuthorityCriterion").violations


def test_result_points_at_the_defect() -> None:
    (result,) = report_of("RedundantBroader").results
    broader = "<http://www.w3.org/2004/02/skos/core#broader>"
    assert result.focus == "<http://purl.obolibrary.org/obo/MONDO_0000099>"
    assert result.value == "<http://purl.obolibrary.org/obo/MONDO_0000001>"
    assert result.path == f"({broader}/({broader})+)"


def test_report_as_text_json_and_turtle() -> None:
    report = report_of("MappingGARD")
    assert "Violation, Project: dkgsh:MappingGARD × 1" in report.to_text()
    content = json.loads(report.to_json())
    assert content["counts"] == {SHAPES + "MappingGARD": 1}
    assert content["results"][0]["focus"] == "<http://purl.obolibrary.org/obo/MONDO_0000099>"
    graph = {str(q.predicate) for q in ox.parse(report.to_turtle(), format=ox.RdfFormat.TURTLE)}
    assert {f"<{SH}resultMessage>", f"<{SH}focusNode>", f"<{DKG.responsible}>"} <= graph


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_symptom_rests_on_an_association_of_its_own_condition(
    engine: str, tmp_path: Path
) -> None:
    """Any association does, be it an exclusion, for which there is another shape."""
    data = tmp_path / "data.ttl"
    data.write_text(
        f"@prefix dkg: <{DKG.base}> . @prefix : <https://example.org/> . "
        ":stated dkg:symptom :p . :s dkg:condition :stated ; dkg:phenotype :p , :q . "
        ":excluded dkg:symptom :q . :e dkg:condition :excluded ; dkg:phenotype :q ; "
        "dkg:excluded true . "
        ":anothers dkg:symptom :q . "
        ":partly dkg:symptom :p , :q . :t dkg:condition :partly ; dkg:phenotype :p . "
        ":never dkg:symptom :p , :q ."
    )
    found = validate(data, engine=engine).results
    told = {(r.focus, r.value) for r in found if r.shape.endswith("SymptomBehind")}
    assert {focus for focus, _ in told} == {f"<{DKG.symptom}>"}
    assert {value for _, value in told} == {
        f"<https://example.org/{name}>" for name in ("anothers", "partly", "never")
    }


def test_closure_is_not_asked_of_a_graph_without_one(tmp_path: Path) -> None:
    bare = tmp_path / "bare.nt"
    lines = [t for t in _lines(GOOD) if "broaderTransitive" not in t]
    bare.write_text("\n".join(lines) + "\n")
    assert len(lines) < len(_lines(GOOD))
    assert validate(bare).conforms


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf", ".ttl.gz"])
def test_any_format_gives_the_same_report(tmp_path: Path, suffix: str) -> None:
    import gzip

    source = SLICES / "bad" / "MappingGARD.ttl"
    format = ox.RdfFormat.from_extension(suffix.removesuffix(".gz")[1:])
    assert format is not None
    data = ox.serialize((q.triple for q in ox.parse(path=str(source))), format=format)
    path = tmp_path / f"data{suffix}"
    path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") else data)
    assert validate(path) == validate(source)
    assert validate(path).results


def test_bad_input_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b> .")
    with pytest.raises(SourceError, match="line 1"):
        validate(broken)
    broken.rename(tmp_path / "broken.nt")
    with pytest.raises(SourceError, match="line 1"):
        validate(tmp_path / "broken.nt")
    with pytest.raises(SourceError, match="no such file"):
        validate(tmp_path / "absent.ttl")
    with pytest.raises(UnknownFormat):
        validate(tmp_path / "table.csv")
    with pytest.raises(UnknownFormat):
        validate(GOOD, engine="jena")


def _lines(path: Path) -> list[str]:
    triples = (q.triple for q in ox.parse(path=str(path)))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode().splitlines()


UNRUNNABLE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <http://example.org/> .
ex:S a sh:NodeShape ; sh:targetNode ex:x ; sh:sparql [ a sh:SPARQLConstraint ;
  sh:select "SELECT $this WHERE { { SELECT ?o WHERE { $this <http://example.org/p> ?o } } }" ] .
"""


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_shapes_that_no_engine_runs(engine: str, tmp_path: Path) -> None:
    """One refuses, the other is asked and fails: the error names the shapes."""
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.nt"
    shapes.write_text(UNRUNNABLE, "utf-8")
    data.write_text("<http://example.org/x> <http://example.org/p> <http://example.org/y> .\n")
    with pytest.raises(SourceError, match=r"shapes\.ttl: has shapes that no engine runs"):
        validate(data, shapes, engine)


def test_the_other_engine_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the fast engine cannot run the reference does, and the report says so."""

    def refuse(data: Path, shapes: object) -> list[validation.Finding]:
        raise validation.EngineRefused("not today")

    data = tmp_path / "data.ttl"
    data.write_text(
        "@prefix dkg: <https://w3id.org/disease-kg/ontology#> .\n"
        "<http://purl.obolibrary.org/obo/MONDO_0000001> a dkg:Condition .\n",
        "utf-8",
    )
    fast = validate(data)
    monkeypatch.setattr(validation, "ENGINES", {**validation.ENGINES, "shacl": refuse})
    slow = validate(data)
    assert (slow.engine, fast.engine) == ("pyshacl", "shacl")
    assert "not today" in slow.note
    assert fast.results == slow.results != ()
