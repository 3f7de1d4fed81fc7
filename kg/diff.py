"""What has changed between two graphs: conditions, their hierarchy, who says they are rare.

Both are read as triples, from a store or an export, so that releases can be compared that other
versions of this program made.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TypeAlias, cast

import pyoxigraph as ox

from .errors import DiseaseKGError, InvalidIdentifier, SourceError
from .identifiers import expand, short
from .readers.rdf import quads
from .store import Store
from .vocabulary import DCTERMS, DKG, JOINING, RDF, RDFS, SKOS, local

_FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_OF_STATEMENTS = (DKG.condition, DKG.authority, DKG.verdict, DKG.basis, DKG.record)
_READ = frozenset(
    {
        RDF.type,
        SKOS.prefLabel,
        SKOS.broader,
        DCTERMS.isReplacedBy,
        RDFS.seeAlso,
        *JOINING,
        *_OF_STATEMENTS,
    }
)


Told: TypeAlias = tuple[str, str, str, str]
"""Subject, predicate, object and the object's language, "" for an IRI."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an authority says of a condition: the verdict, on what basis, by which record."""

    verdict: str
    basis: str
    record: str


@dataclass(slots=True)
class Release:
    """What is compared of one graph; everything is an IRI, and known by the condition's."""

    live: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    broader: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    replaced: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    considered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rarity: dict[tuple[str, str], set[Said]] = field(default_factory=lambda: defaultdict(set))
    owners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls, path: Path) -> Release:
        """Return what a store's folder or an export has; raises StoreError, SourceError."""
        if path.is_dir():
            return cls.of(_of_lines(Store.open(path).lines()))
        return cls.of(_triples(path))

    @classmethod
    def of(cls, triples: Iterable[Told]) -> Release:
        """Return what triples have, in any order."""
        release = cls()
        statements: dict[str, dict[str, str]] = defaultdict(dict)
        matched: list[tuple[str, str]] = []
        labels: dict[str, tuple[bool, str]] = {}
        for subject, predicate, value, language in triples:
            if predicate == RDF.type:
                if value == DKG.Condition:
                    release.live.add(subject)
                elif value == DKG.DeprecatedCondition:
                    release.withdrawn.add(subject)
                elif value == DKG.RarityStatement:
                    statements[subject][RDF.type] = value
            elif predicate == SKOS.prefLabel:
                label = language != "en", value
                labels[subject] = min(label, labels.get(subject, label))
            elif predicate == SKOS.broader:
                release.broader[subject].add(value)
            elif predicate == DCTERMS.isReplacedBy:
                release.replaced[subject].add(value)
            elif predicate == RDFS.seeAlso:
                release.considered[subject].add(value)
            elif predicate in JOINING:
                matched.append((subject, value))
            else:
                statements[subject][predicate] = value
        release.labels = {iri: text for iri, (_, text) in labels.items()}
        for condition, record in matched:
            if condition in release.live:
                release.owners[record].add(condition)
        for said in statements.values():
            if RDF.type in said and DKG.condition in said and DKG.authority in said:
                of = said[DKG.condition], said[DKG.authority]
                verdict, basis = (local(said.get(p, "")) for p in (DKG.verdict, DKG.basis))
                release.rarity[of].add(Said(verdict, basis, said.get(DKG.record, "")))
        return release

    def successors(self, iri: str) -> list[str]:
        """Return the live conditions that replace a withdrawn one, or may, sorted."""
        found: set[str] = set()
        todo, seen = {iri}, {iri}
        while todo:
            one = todo.pop()
            for other in self.replaced.get(one, ()) or self.considered.get(one, ()):
                if other in self.live:
                    found.add(other)
                elif other not in seen:
                    seen.add(other)
                    todo.add(other)
        return sorted(found)


@dataclass(frozen=True, slots=True)
class Named:
    """A condition: its identifier and its name."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Withdrawn(Named):
    """A condition that is no longer in force, and those that it leads to."""

    replacements: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Renamed(Named):
    """A condition with another name than before."""

    before: str


@dataclass(frozen=True, slots=True)
class Moved(Named):
    """A condition with other broader types than before."""

    gained: tuple[Named, ...]
    lost: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Rated(Named):
    """What an authority says now, or said before; `cause` is the likely reason for the change."""

    authority: str
    verdict: str
    basis: str
    record: str
    cause: str


@dataclass(slots=True)
class Difference:
    """All that has changed; `merged` are the withdrawn that exactly one condition replaces.

    `vanished` are conditions that the new graph does not know at all, not even as withdrawn.
    """

    added: list[Named] = field(default_factory=list)
    merged: list[Withdrawn] = field(default_factory=list)
    deprecated: list[Withdrawn] = field(default_factory=list)
    vanished: list[Named] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    rarity_gained: list[Rated] = field(default_factory=list)
    rarity_lost: list[Rated] = field(default_factory=list)
    identifiers: list[Withdrawn] = field(default_factory=list)

    def to_json(self) -> str:
        """Return everything as JSON."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        """Return everything for people: how many, and each on a line."""
        out: list[str] = []
        for heading, lines in (
            ("added", [_told(one) for one in self.added]),
            ("merged into another", [_led(one) for one in self.merged]),
            ("withdrawn", [_led(one) for one in self.deprecated]),
            ("gone without a trace", [_told(one) for one in self.vanished]),
            ("renamed", [f"{_told(one)}, before: {one.before}" for one in self.renamed]),
            ("moved", [_moved(one) for one in self.moved]),
        ):
            out += [f"conditions {heading}: {len(lines):,}", *(f"  {line}" for line in lines)]
        for heading, rated in (("gained", self.rarity_gained), ("lost", self.rarity_lost)):
            out.append(f"statements on rarity {heading}: {len(rated):,}")
            out += [
                f"  {_told(one)}: {one.authority}, {one.verdict}, {one.basis}"
                f"{', ' + one.record if one.record else ''}; {one.cause}"
                for one in rated
            ]
        if self.identifiers:
            out.append(f"your identifiers that are no longer in force: {len(self.identifiers):,}")
            out += [f"  {_led(one)}" for one in self.identifiers]
        return "\n".join(out) + "\n"

    def to_kgcl(self) -> str:
        """Return the changes that KGCL has an operation for: https://w3id.org/kgcl."""
        out = [f"create class {one.id} {_quoted(one.label)}" for one in self.added]
        for one in (*self.merged, *self.deprecated):
            ids = [other.id for other in one.replacements]
            led = f" with replacement {ids[0]}" if len(ids) == 1 else ""
            led = f" with alternative {','.join(ids)}" if len(ids) > 1 else led
            out.append(f"obsolete {one.id}{led}")
        out += [f"delete class {one.id}" for one in self.vanished]
        out += [
            f"rename {one.id} from {_quoted(one.before)} to {_quoted(one.label)}"
            for one in self.renamed
        ]
        for moved in self.moved:
            for verb, others in (("create", moved.gained), ("delete", moved.lost)):
                out += [f"{verb} edge {moved.id} rdfs:subClassOf {other.id}" for other in others]
        return "".join(line + "\n" for line in out)


def compare(old: Release, new: Release, identifiers: Iterable[str] = ()) -> Difference:
    """Return what has changed from one release to another.

    `identifiers` are a user's own, as CURIEs or IRIs: those that died are told with what they lead
    to. What is written as an identifier and is none is passed over.
    """
    found = Difference()

    def named(iri: str) -> Named:
        return Named(short(iri), new.labels.get(iri) or old.labels.get(iri, ""))

    def withdrawn(iri: str) -> Withdrawn:
        one = named(iri)
        return Withdrawn(one.id, one.label, tuple(map(named, new.successors(iri))))

    found.added = [named(iri) for iri in sorted(new.live - old.live - old.withdrawn)]
    for iri in sorted(old.live - new.live):
        if iri in new.withdrawn:
            one = withdrawn(iri)
            (found.merged if len(one.replacements) == 1 else found.deprecated).append(one)
        else:
            found.vanished.append(named(iri))
    for iri in sorted(old.live & new.live):
        one_now = named(iri)
        before = old.labels.get(iri, "")
        if before and before != one_now.label:
            found.renamed.append(Renamed(one_now.id, one_now.label, before))
        gained = sorted((new.broader.get(iri, set()) - old.broader.get(iri, set())) & new.live)
        lost = sorted((old.broader.get(iri, set()) - new.broader.get(iri, set())) & old.live)
        if gained or lost:
            ways = (tuple(map(named, gained)), tuple(map(named, lost)))
            found.moved.append(Moved(one_now.id, one_now.label, *ways))
    found.rarity_gained = [
        _rated(named(of[0]), of[1], said, _gained(of, said, old))
        for of, said in _new(new.rarity, old.rarity)
    ]
    found.rarity_lost = [
        _rated(named(of[0]), of[1], said, _lost(of, said, new))
        for of, said in _new(old.rarity, new.rarity)
    ]
    for text in dict.fromkeys(identifiers):
        try:
            iri = text if text.startswith("http") else expand(text)
        except InvalidIdentifier:
            continue
        known = old.live | old.withdrawn | new.withdrawn
        if iri in known and iri not in new.live:
            found.identifiers.append(withdrawn(iri))
    return found


_Rarity = Mapping[tuple[str, str], set[Said]]


def _new(these: _Rarity, those: _Rarity) -> Iterator[tuple[tuple[str, str], Said]]:
    """Yield what only the first say, sorted."""
    for of in sorted(these):
        for said in sorted(these[of] - those.get(of, set()), key=repr):
            yield of, said


def _gained(of: tuple[str, str], said: Said, old: Release) -> str:
    """Return the likely reason why something is said now."""
    if of[0] not in old.live:
        return "the condition is new"
    before = old.rarity.get(of, set())
    if any(one.verdict == said.verdict for one in before):
        return "it was said before by another record or on another basis"
    if said.basis in ("Inherited", "Threshold"):
        return "what it follows from is new"
    if others := old.owners.get(said.record, set()) - {of[0]}:
        names = ", ".join(sorted(short(iri) for iri in others))
        return f"its record was that of {names}"
    return "the authority's list has it now"


def _lost(of: tuple[str, str], said: Said, new: Release) -> str:
    """Return the likely reason why something is no longer said."""
    if of[0] not in new.live:
        return "the condition is no longer in force"
    now = new.rarity.get(of, set())
    if any(one.verdict == said.verdict for one in now):
        return "it is still said, by another record or on another basis"
    if said.basis in ("Inherited", "Threshold"):
        return "what it followed from has changed"
    if others := new.owners.get(said.record, set()) - {of[0]}:
        names = ", ".join(sorted(short(iri) for iri in others))
        return f"its record is now that of {names}"
    return "the authority's list no longer has it"


def _rated(condition: Named, authority: str, said: Said, cause: str) -> Rated:
    record = short(said.record)
    of = short(authority)
    return Rated(condition.id, condition.label, of, said.verdict, said.basis, record, cause)


def identifiers_of(path: Path) -> list[str]:
    """Return a user's identifiers: the column "id" of a CSV or TSV, else the first column.

    The path may be a pipe, or "-" for standard input. Raises DiseaseKGError for what cannot be
    read.
    """
    typed = path == Path("-")
    try:
        read = sys.stdin.buffer.read() if typed else path.read_bytes()
        text = read.decode("utf-8-sig")
        delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        name = "standard input" if typed else path
        raise DiseaseKGError(f"{name} cannot be read: {error}") from error
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = head.index("id") if "id" in head else 0
    return [row[column].strip() for row in rows if len(row) > column]


def _of_lines(lines: Iterable[bytes]) -> Iterator[Told]:
    """Yield the triples of N-Quads that are compared."""
    read = {f"<{predicate}>".encode(): predicate for predicate in _READ}
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if (known := read.get(predicate)) is None:
            continue
        if rest.startswith(b"<"):
            yield subject[1:-1].decode(), known, rest[1 : rest.index(b">")].decode(), ""
        else:
            (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
            yield subject[1:-1].decode(), known, quad.object.value, quad.object.language or ""


def _triples(path: Path) -> Iterator[Told]:
    """Yield the triples of an export that are compared; raises SourceError."""
    suffixes = [suffix.removeprefix(".") for suffix in path.suffixes[-2:]]
    packed = suffixes[-1] if suffixes and suffixes[-1] in ("gz", "zst") else ""
    ending = suffixes[-2] if packed and len(suffixes) > 1 else suffixes[-1] if suffixes else ""
    if ending not in _FORMATS:
        advice = f"give a store's folder, or an export ending in {', '.join(_FORMATS)}"
        raise SourceError(path, "is of no known format", advice=advice)
    try:
        with _unpacked(path, packed) as stream:
            for quad in quads(path, stream, _FORMATS[ending]):
                if (predicate := quad.predicate.value) in _READ:
                    language = getattr(quad.object, "language", "") or ""
                    yield quad.subject.value, predicate, quad.object.value, language
    except (OSError, EOFError, SyntaxError, ValueError) as error:
        raise SourceError(path, f"cannot be read ({error})") from error


@contextmanager
def _unpacked(path: Path, packed: str) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if packed == "zst":
            import zstandard

            with zstandard.ZstdDecompressor().stream_reader(raw) as stream:
                try:
                    yield cast(IO[bytes], stream)
                except zstandard.ZstdError as error:
                    raise OSError(str(error)) from error
        elif packed == "gz":
            with gzip.GzipFile(fileobj=raw) as stream:
                yield cast(IO[bytes], stream)
        else:
            yield raw


def _told(one: Named) -> str:
    return f"{one.id} {one.label}".rstrip()


def _led(one: Withdrawn) -> str:
    led = ", ".join(map(_told, one.replacements)) or "nothing"
    return f"{_told(one)} → {led}"


def _moved(one: Moved) -> str:
    ways = (("+", one.gained), ("-", one.lost))
    return "; ".join([_told(one), *(f"{sign} {_told(o)}" for sign, others in ways for o in others)])


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
