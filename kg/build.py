"""The pipeline: sources → records → triples → inference → validation → a store, swapped in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from . import infer, triples
from . import sources as catalog
from .assemble import Assembly
from .errors import BuildError
from .identifiers import compress
from .names import Names
from .readers import read
from .records import Account
from .sources import Source
from .store import Draft, Store
from .triples import Triple, node
from .validation import Report, validate
from .vocabulary import GRAPH

Progress = Callable[[str], None]


@dataclass(slots=True)
class Built:
    """What became of one source, or of the inference: its records, and its graph's triples."""

    title: str
    release: str = ""
    file: str = ""
    checksum: str = ""
    read: int = 0
    kept: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    triples: int = 0


@dataclass(slots=True)
class Summary:
    """What a build read, linked, left out and found; `graphs` is by the graph's name."""

    graphs: dict[str, Built] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)

    @property
    def triples(self) -> int:
        """Number of triples in all graphs."""
        return sum(built.triples for built in self.graphs.values())

    def to_json(self) -> str:
        """Return the summary as JSON."""
        return json.dumps({"triples": self.triples, **asdict(self)}, indent=2) + "\n"

    def to_text(self) -> str:
        """Return what became of each source's records, and what validation found."""
        lines = []
        for built in self.graphs.values():
            release = f" ({built.release})" if built.release else ""
            counts = f"{built.read:,} read, {built.kept:,} kept, " if built.read else ""
            lines.append(f"{built.title}{release}: {counts}{built.triples:,} triples")
            lines += [f"  {n:,} left out: {reason}" for reason, n in built.left_out.items()]
        for shape, count in self.findings.items():
            lines.append(f"{count:,} findings of {compress(shape) or shape}")
        return "\n".join(lines) + "\n"


def build(
    output: Path,
    given: Mapping[str, Path] | None = None,
    progress: Progress = lambda message: None,
) -> Summary:
    """Build the graph of the given and the embedded sources into a store.

    The store that was there before stays until the new one is complete and valid. Raises
    UnknownSource, SourceError, StoreError, BuildError.
    """
    chosen = catalog.chosen(given or {})
    with Draft(output) as draft:
        quads = draft.folder / "graph.nq"
        summary = _write_graph(quads, chosen, progress)
        progress(f"loading and validating {summary.triples:,} triples")
        with ThreadPoolExecutor(2) as pool:
            loading = pool.submit(draft.load, quads)
            validating = pool.submit(validate, quads)
            loading.result()
            report = validating.result()
        _refuse_own_defects(report)
        summary.findings = report.counts
        quads.unlink()
        progress("indexing names")
        Names.build(draft.folder / "names.sqlite", Store(draft.engine).entries())
        draft.commit(asdict(summary))
    return summary


def _write_graph(path: Path, chosen: list[tuple[Source, Path]], progress: Progress) -> Summary:
    """Write the whole graph as N-Quads: each source's, what follows, and what each graph is."""
    summary = Summary()
    assembly = Assembly()
    with path.open("w", encoding="utf-8") as stream:
        for source, file in chosen:
            progress(f"reading {source.title}")
            account = Account()
            said = assembly.triples(source, read(file, source.format), account)
            written = _write(stream, said, source.graph)
            embedded = file == source.path()
            summary.graphs[source.id] = Built(
                source.title,
                source.release if embedded else account.release or "unknown",
                file.name,
                _checksum(file),
                account.read,
                account.kept,
                dict(sorted(account.left_out.items())),
                written,
            )
        progress("inferring")
        concluded = infer.conclude(assembly.facts, assembly.tagged)
        written = _write(stream, concluded, GRAPH + "inferred")
        summary.graphs["inferred"] = Built("What follows from the sources", triples=written)
        described = _descriptions([source for source, _ in chosen], summary)
        written = _write(stream, described, GRAPH + "sources")
        summary.graphs["sources"] = Built("Descriptions of the sources", triples=written)
    return summary


def _write(stream: IO[str], said: Iterable[Triple], graph: str) -> int:
    """Write triples as the quads of a graph; returns their number."""
    end = f" {node(graph)} .\n"
    said = iter(said)
    count = 0
    while batch := list(islice(said, 10_000)):
        stream.write("".join([f"{s} {p} {o}{end}" for s, p, o in batch]))
        count += len(batch)
    return count


def _descriptions(chosen: list[Source], summary: Summary) -> Iterator[Triple]:
    for source in chosen:
        built = summary.graphs[source.id]
        yield from triples.dataset(
            source, built.release, built.checksum, built.triples, built.file
        )
    yield from triples.inferred_dataset(chosen, summary.graphs["inferred"].triples)


def _checksum(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, or of those of a folder's files in order."""
    digest = hashlib.sha256()
    for file in sorted(path.glob("*.ttl")) if path.is_dir() else [path]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _refuse_own_defects(report: Report) -> None:
    if report.blocking:
        first = "\n".join(f"  {result.focus}: {result.message}" for result in report.blocking[:5])
        raise BuildError(
            f"the graph would break {len(report.blocking)} rules of its own; "
            f"the store that was there is untouched\n{first}"
        )

