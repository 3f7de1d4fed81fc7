"""The curated data: every file parses, and every statement is whole and refers to known things."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

CURATED = Path(__file__).resolve().parents[1] / "data" / "curated"
FILES = sorted(CURATED.glob("*.ttl"))

BASE = "https://w3id.org/disease-kg/"
DKG = Namespace(f"{BASE}ontology#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
OBO = Namespace("http://purl.obolibrary.org/obo/")
SCHEMA = Namespace("https://schema.org/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")

MONDO = re.compile(r"http://purl\.obolibrary\.org/obo/MONDO_\d{7}")
UBERON = re.compile(r"http://purl\.obolibrary\.org/obo/UBERON_\d{7}")
MAXO = re.compile(r"http://purl\.obolibrary\.org/obo/MAXO_\d{7}")
ORPHA = re.compile(r"http://www\.orpha\.net/ORDO/Orphanet_\d+")
WIKIDATA = re.compile(r"http://www\.wikidata\.org/entity/Q\d+")

#: The class of each kind of statement, and the property that says its object.
OBJECT_OF = {
    DKG.RarityStatement: DKG.authority,
    DKG.SpecialistStatement: DKG.recommends,
    DKG.BodySiteStatement: DKG.locatedIn,
}
#: The namespace of each kind of statement.
PLACE_OF = {
    DKG.RarityStatement: "rarity",
    DKG.SpecialistStatement: "care",
    DKG.BodySiteStatement: "location",
}
BASES = {DKG.Listed, DKG.Reported, DKG.Curated}
VERDICTS = {DKG.Rare, DKG.NotRare}

#: The members of https://schema.org/MedicalSpecialty.
MEDICAL_SPECIALTIES = frozenset(
    {
        "Anesthesia",
        "Cardiovascular",
        "CommunityHealth",
        "Dentistry",
        "Dermatologic",
        "Dermatology",
        "DietNutrition",
        "Emergency",
        "Endocrine",
        "Gastroenterologic",
        "Genetic",
        "Geriatric",
        "Gynecologic",
        "Hematologic",
        "Infectious",
        "LaboratoryScience",
        "Midwifery",
        "Musculoskeletal",
        "Neurologic",
        "Nursing",
        "Obstetric",
        "Oncologic",
        "Optometric",
        "Otolaryngologic",
        "Pathology",
        "Pediatric",
        "PharmacySpecialty",
        "Physiotherapy",
        "PlasticSurgery",
        "Podiatric",
        "PrimaryCare",
        "Psychiatric",
        "PublicHealth",
        "Pulmonary",
        "Radiography",
        "Renal",
        "RespiratoryTherapy",
        "Rheumatologic",
        "SpeechPathology",
        "Surgical",
        "Toxicologic",
        "Urologic",
    }
)


def local_name(node: Node) -> str:
    """Return what follows the last slash or hash of an IRI."""
    return re.split(r"[/#]", str(node))[-1]


def the(graph: Graph, subject: Node, predicate: URIRef) -> Node:
    """Return the one object of a subject and a predicate; raise if there is none or another."""
    (value,) = graph.objects(subject, predicate)
    return value


def number(graph: Graph, subject: Node, predicate: URIRef) -> float:
    """Return the one object of a subject and a predicate as a number."""
    value = the(graph, subject, predicate)
    assert isinstance(value, Literal)
    return float(value.toPython())


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """Return the graph of each curated file, by the file's name."""
    return {file.stem: Graph().parse(file, format="turtle") for file in FILES}


@pytest.fixture(scope="module")
def curated(graphs: dict[str, Graph]) -> Graph:
    """Return all curated files as one graph."""
    union = Graph()
    for graph in graphs.values():
        union += graph
    return union


def instances(graph: Graph, kind: URIRef) -> list[Node]:
    """Return the instances of a class, sorted."""
    return sorted(graph.subjects(RDF.type, kind), key=str)


def statements(graph: Graph) -> list[tuple[Node, URIRef]]:
    """Return every statement with its class."""
    return [(node, kind) for kind in OBJECT_OF for node in instances(graph, kind)]


def test_files() -> None:
    """The curated data are these files, each with a comment head."""
    assert [file.stem for file in FILES] == [
        "alarm-symptoms",
        "authorities",
        "body-sites",
        "fields",
        "focal-dystonia",
        "frequencies",
        "orphanet-not-rare",
        "specialists",
    ]
    assert all(file.read_text(encoding="utf-8").startswith("# ") for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_parses_and_says_nothing_twice(file: Path) -> None:
    """A file is Turtle, and none of its subjects is described in two places."""
    assert len(Graph().parse(file, format="turtle")) > 0
    heads = re.findall(r"^(\S+:\S+) (?:a|dkg:\w+) ", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert heads
    assert [head for head, times in Counter(heads).items() if times > 1] == []


def test_a_subject_is_in_one_file(graphs: dict[str, Graph]) -> None:
    """No resource is described in two files."""
    times = Counter(subject for graph in graphs.values() for subject in set(graph.subjects()))
    assert [subject for subject, count in times.items() if count > 1] == []


def test_how_many(curated: Graph) -> None:
    """The cases below run on this much."""
    counts = {kind: len(instances(curated, kind)) for kind in OBJECT_OF}
    assert counts[DKG.SpecialistStatement] >= 300
    assert counts[DKG.BodySiteStatement] >= 250
    assert counts[DKG.RarityStatement] >= 28
    assert len(instances(curated, DKG.Specialist)) >= 45
    assert len(instances(curated, DKG.RarityAuthority)) == 6
    assert len(instances(curated, DKG.RarityCriterion)) == 4


def test_statements_are_whole(curated: Graph) -> None:
    """A statement has one condition, one basis, one object and a source."""
    for statement, kind in statements(curated):
        (condition,) = curated.objects(statement, DKG.condition)
        (basis,) = curated.objects(statement, DKG.basis)
        (thing,) = curated.objects(statement, OBJECT_OF[kind])
        assert MONDO.fullmatch(str(condition)), statement
        assert basis in BASES, statement
        assert list(curated.objects(statement, DCTERMS.source)), statement
        assert isinstance(thing, URIRef), statement


def test_statements_are_named_by_what_they_say(curated: Graph) -> None:
    """The IRI of a statement is made of its condition and its object."""
    for statement, kind in statements(curated):
        condition = local_name(the(curated, statement, DKG.condition))
        thing = local_name(the(curated, statement, OBJECT_OF[kind]))
        assert str(statement).startswith(f"{BASE}{PLACE_OF[kind]}/{condition}-{thing}"), statement
        reported = curated.value(statement, DKG.basis) == DKG.Reported
        assert str(statement).endswith("-reported") == reported, statement


def test_statements_say_different_things(curated: Graph) -> None:
    """No two statements of one basis have the same condition and object."""
    said = Counter(
        (
            kind,
            curated.value(statement, DKG.condition),
            curated.value(statement, OBJECT_OF[kind]),
            curated.value(statement, DKG.basis),
        )
        for statement, kind in statements(curated)
    )
    assert [key for key, times in said.items() if times > 1] == []


def test_what_is_referred_to_is_defined(curated: Graph) -> None:
    """Authorities, criteria, specialists and pages referred to are described, and named."""
    for predicate, kind in [
        (DKG.authority, DKG.RarityAuthority),
        (DKG.criterion, DKG.RarityCriterion),
        (DKG.recommends, DKG.Specialist),
    ]:
        used = set(curated.objects(None, predicate))
        assert used
        assert used <= set(instances(curated, kind))
        assert all(curated.value(thing, SKOS.prefLabel) for thing in instances(curated, kind))
    pages = {
        source
        for source in curated.objects(None, DCTERMS.source)
        if str(source).startswith(f"{BASE}source/")
    }
    assert pages == set(instances(curated, SCHEMA.WebPage))


def test_everything_has_a_source(curated: Graph) -> None:
    """Authorities, criteria and specialists cite where they come from."""
    for kind in (DKG.RarityAuthority, DKG.RarityCriterion, DKG.Specialist):
        for thing in instances(curated, kind):
            assert list(curated.objects(thing, DCTERMS.source)), thing


def test_criteria_can_be_computed(curated: Graph) -> None:
    """A criterion has one limit; a number of persons comes with a population."""
    for criterion in instances(curated, DKG.RarityCriterion):
        persons = list(curated.objects(criterion, DKG.maxPersons))
        rates = list(curated.objects(criterion, DKG.maxPrevalence))
        populations = list(curated.objects(criterion, DKG.population))
        years = list(curated.objects(criterion, DKG.populationYear))
        assert len(persons) + len(rates) == 1, criterion
        assert len(persons) == len(populations) == len(years), criterion
        assert len(list(curated.objects(criterion, DKG.inclusive))) == 1, criterion
        assert curated.value(criterion, SKOS.definition), criterion
        assert curated.value(criterion, DKG.legalBasis), criterion


def test_the_two_best_known_limits(curated: Graph) -> None:
    """The United States count persons, the European Union a rate."""
    us, eu = URIRef(f"{BASE}criterion/us"), URIRef(f"{BASE}criterion/eu")
    assert number(curated, us, DKG.maxPersons) == 200_000
    assert the(curated, us, DKG.inclusive) == Literal(False)
    assert number(curated, eu, DKG.maxPrevalence) == 1 / 2_000
    assert the(curated, eu, DKG.inclusive) == Literal(True)


def test_specialists(curated: Graph) -> None:
    """What a specialist is mapped to is of the right kind."""
    used = set(curated.objects(None, SCHEMA.medicalSpecialty))
    assert len(used) >= 20
    assert {local_name(specialty) for specialty in used} <= MEDICAL_SPECIALTIES
    patterns = {
        DKG.performs: [MAXO],
        DKG.field: [MONDO, ORPHA],
        SKOS.exactMatch: [WIKIDATA],
        SKOS.closeMatch: [WIKIDATA],
    }
    for specialist in instances(curated, DKG.Specialist):
        assert curated.value(specialist, DKG.specialty), specialist
        for predicate, allowed in patterns.items():
            for thing in curated.objects(specialist, predicate):
                assert any(pattern.fullmatch(str(thing)) for pattern in allowed), specialist
    assert len(set(curated.objects(None, DKG.performs))) >= 35


def test_no_two_specialists_are_the_same_profession(curated: Graph) -> None:
    """An exact match to Wikidata belongs to one specialist only."""
    matches = Counter(curated.objects(None, SKOS.exactMatch))
    assert matches
    assert max(matches.values()) == 1


def test_fields_and_sites(curated: Graph) -> None:
    """The sources of curated statements are the terms that say so; the roots say nothing."""
    for statement, kind in statements(curated):
        if curated.value(statement, DKG.basis) != DKG.Curated:
            continue
        condition = the(curated, statement, DKG.condition)
        assert local_name(condition) not in {"MONDO_0000001", "MONDO_0700096"}
        (source,) = curated.objects(statement, DCTERMS.source)
        if kind == DKG.BodySiteStatement:
            assert UBERON.fullmatch(str(curated.value(statement, DKG.locatedIn))), statement
            assert source == condition, statement
        else:
            assert ORPHA.match(str(source)) or MAXO.match(str(source)) or source == condition


def test_rarity(curated: Graph) -> None:
    """Every rarity statement has a verdict; what Orphanet lists as not rare names its record."""
    not_rare = 0
    for statement in instances(curated, DKG.RarityStatement):
        (verdict,) = curated.objects(statement, DKG.verdict)
        assert verdict in VERDICTS, statement
        if curated.value(statement, DKG.basis) == DKG.Listed:
            record = str(curated.value(statement, DKG.record))
            assert ORPHA.fullmatch(record), statement
            assert str(statement).endswith(f"-ORPHA_{record.rsplit('_', 1)[-1]}"), statement
            assert verdict == DKG.NotRare
            not_rare += 1
    assert not_rare >= 26


def test_focal_dystonia(curated: Graph) -> None:
    """What was reported of focal dystonia: two authorities, a specialist and five body sites."""
    reported = {
        (kind, local_name(the(curated, statement, OBJECT_OF[kind])))
        for statement, kind in statements(curated)
        if curated.value(statement, DKG.condition) == OBO.MONDO_0000477
    }
    assert reported == {
        (DKG.RarityStatement, "nih"),
        (DKG.RarityStatement, "orphanet"),
        (DKG.SpecialistStatement, "neurologist"),
        (DKG.BodySiteStatement, "UBERON_0000974"),
        (DKG.BodySiteStatement, "UBERON_0001737"),
        (DKG.BodySiteStatement, "UBERON_0002100"),
        (DKG.BodySiteStatement, "UBERON_0002101"),
        (DKG.BodySiteStatement, "UBERON_0011595"),
    }


def test_alarms(graphs: dict[str, Graph]) -> None:
    """Each says when, and who says so; an emergency has a name, and words in which it is said."""
    alarms = graphs["alarm-symptoms"]
    found = set(alarms.subjects(DKG.alarming))
    assert found == set(alarms.subjects())
    assert len(found) >= 30
    for one in found:
        when = str(the(alarms, one, DKG.alarming))
        assert when == "always" or when.startswith("when "), one
        sources = list(alarms.objects(one, DCTERMS.source))
        assert sources and all(str(source).startswith("https://") for source in sources), one
    for one in instances(alarms, DKG.Emergency):
        assert the(alarms, one, SKOS.prefLabel)
        assert list(alarms.objects(one, DKG.saidAs)), one
    words = list(alarms.objects(None, DKG.saidAs))
    assert len(words) == len(set(words)) >= 100
