"""The pipeline: sources → records → triples → inference → validation → a store, swapped in."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO

from . import infer, manifest, triples
from . import sources as catalog
from .assemble import Assembly
from .errors import BuildError, MissingStore, StoreError
from .identifiers import compress
from .ntriples import Triple, node
from .output import packed_lines
from .readers import read
from .records import Account
from .sources import Source
from .store import LINES, Draft, Store
from .validation import Report, validate
from .vocabulary import GRAPH

Progress = Callable[[str], None]

Confirm = Callable[[Path], None]


@dataclass(slots=True)
class Built:
    """What became of one source, or of the inference: its records, and its graph's triples.

    `files` has the SHA-256 of each file, by its name; the counts are those of `records.Account`.
    """

    title: str
    release: str = ""
    files: dict[str, str] = field(default_factory=dict)
    read: int = 0
    kept: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    unjoined: dict[str, int] = field(default_factory=dict)
    listings: dict[str, dict[str, int]] = field(default_factory=dict)
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
            lines += [f"  {n:,} stand alone: {reason}" for reason, n in built.unjoined.items()]
            for authority, outcomes in built.listings.items():
                listed = ", ".join(f"{n:,} {outcome}" for outcome, n in outcomes.items())
                lines.append(f"  list of {authority}: {listed}")
        for shape, count in self.findings.items():
            lines.append(f"{count:,} findings of {compress(shape) or shape}")
        return "\n".join(lines) + "\n"


def build(
    output: Path,
    given: Mapping[str, Path | Sequence[Path]] | None = None,
    progress: Progress = lambda message: None,
    again: bool = False,
    confirm: Confirm = lambda lines: None,
) -> Summary:
    """Build the graph of the given and the embedded sources into a store.

    `given` has the files of sources by the sources' ids; `sources.found` finds them. The store
    that was there before stays until the new one is complete and valid; one that this program
    built from the very same files stays altogether, unless it is to be built `again`. `confirm`
    is given the lines of the new graph before it takes its place, and may refuse it by raising.
    Raises UnknownSource, SourceError, StoreError, BuildError.
    """
    chosen = catalog.chosen(given or {})
    made_of = manifest.made_of(chosen)
    before = None if again else _built_before(output, made_of)
    if before:
        progress("nothing has changed since the graph was built")
        return before
    with Draft(output) as draft, _no_garbage_collection():
        with ThreadPoolExecutor(1) as loader:
            with Quads(draft, loader) as quads:
                summary = _write_graph(quads, chosen, made_of, given or {}, progress)
            progress(f"validating, loading and indexing {summary.triples:,} triples")
            indexing = loader.submit(draft.index, quads.file)
            report = validate(quads.file)
            quads.wait()
            indexing.result()
        quads.file.unlink()
        _refuse_own_defects(report)
        summary.findings = report.counts
        confirm(draft.folder / LINES)
        progress("putting the new store in place")
        written = {"program": manifest.program(), "files": manifest.files(draft.folder)}
        draft.commit({"made_of": made_of, **written, **asdict(summary)})
    return summary


def replay(
    file: Path,
    sources: Path | None,
    output: Path,
    progress: Progress = lambda message: None,
) -> tuple[Summary, str]:
    """Build what a manifest says, of the same files; returns the summary and the checksum.

    Raises SourceError for a file that is missing or another, and BuildError when the graph is
    another than the manifest's: the store that was there before then stays.
    """
    said = manifest.read(file)
    found = manifest.given(said, sources)
    differing = manifest.differences(said)
    for difference in differing:
        progress(f"warning: this is another disease-kg than the manifest's: {difference}")
    sums = []

    def confirm(lines: Path) -> None:
        progress("comparing with the manifest")
        sums.append(manifest.canonical(packed_lines(lines)))
        if (expected := said.get("nquads")) and sums[0] != expected:
            cause = "; ".join(differing) or "nothing of disease-kg differs"
            raise BuildError(
                f"the graph is not the manifest's: its checksum is {sums[0]['sha256']}, "
                f"not {expected.get('sha256')} ({cause}); the store that was there is untouched"
            )

    summary = build(output, found, progress, again=True, confirm=confirm)
    return summary, sums[0]["sha256"]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Stop the collector: millions of tuples, none in a cycle, that it would look at repeatedly."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Quads:
    """The graph as it is written: into one N-Quads file, and through a pipe into the draft.

    The store loads while the graph is made, in one bulk load, because several would be compacted
    and take twice the space. A system without /dev/fd loads the file when it is complete.
    """

    def __init__(self, draft: Draft, loader: Executor) -> None:
        self.file = draft.folder / "graph.nq"
        self._draft = draft
        self._loader = loader
        self._streams: list[IO[bytes]] = []
        self._loading: Future[None] | None = None

    def __enter__(self) -> Quads:
        self._streams = [self.file.open("wb")]
        if Path("/dev/fd").is_dir():
            out_of, into = os.pipe()
            self._streams.append(os.fdopen(into, "wb"))
            self._loading = self._loader.submit(self._load, out_of)
        return self

    def _load(self, descriptor: int) -> None:
        try:
            self._draft.load(Path(f"/dev/fd/{descriptor}"))
        finally:
            os.close(descriptor)

    def write(self, graph: str, said: Iterable[Triple]) -> int:
        """Write the triples of one graph; returns their number."""
        end = f" {node(graph)} .\n"
        said = iter(said)
        count = 0
        while batch := list(islice(said, 10_000)):
            text = "".join([f"{s} {p} {o}{end}" for s, p, o in batch]).encode()
            self._spread(text)
            count += len(batch)
        return count

    def _spread(self, text: bytes) -> None:
        try:
            for stream in self._streams:
                stream.write(text)
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> StoreError:
        """Return what went wrong; a broken pipe means that the loading did."""
        if isinstance(error, BrokenPipeError):
            self.wait()
        return StoreError(f"{self.file} cannot be written: {error.strerror}")

    def __exit__(self, kind: object, *_: object) -> None:
        for stream in self._streams:
            try:
                stream.close()
            except OSError as error:
                if kind is None:  # else what went wrong is on its way already
                    raise self._failed(error) from error
        if self._loading is None and kind is None:
            self._loading = self._loader.submit(self._draft.load, self.file)

    def wait(self) -> None:
        """Wait until everything is loaded; raises what went wrong with it."""
        if self._loading:
            self._loading.result()


def _write_graph(
    quads: Quads,
    chosen: list[tuple[Source, list[Path]]],
    made_of: Mapping[str, dict[str, str]],
    given: Mapping[str, Path | Sequence[Path]],
    progress: Progress,
) -> Summary:
    """Write the whole graph: each source's, what follows, and what each graph is."""
    summary = Summary()
    assembly = Assembly()
    for source, files in chosen:
        progress(f"reading {source.title}")
        account = Account()
        records = chain.from_iterable(read(file, source.format) for file in files)
        written = quads.write(source.graph, assembly.triples(source, records, account))
        summary.graphs[source.id] = Built(
            source.title,
            account.release or "unknown" if source.id in given else source.release,
            made_of[source.id],
            account.read,
            account.kept,
            dict(sorted(account.left_out.items())),
            dict(sorted(account.kinds.items())),
            dict(sorted(account.unjoined.items())),
            dict(sorted(account.listings.items())),
            written,
        )
    progress("inferring")
    written = quads.write(GRAPH + "inferred", infer.conclude(assembly.facts))
    summary.graphs["inferred"] = Built("What follows from the sources", triples=written)
    described = _descriptions([source for source, _ in chosen], summary)
    written = quads.write(GRAPH + "sources", described)
    summary.graphs["sources"] = Built("Descriptions of the sources", triples=written)
    return summary


def _descriptions(chosen: list[Source], summary: Summary) -> Iterator[Triple]:
    for source in chosen:
        built = summary.graphs[source.id]
        yield from triples.dataset(source, built.release, built.files, built.triples)
    yield from triples.inferred_dataset(chosen, summary.graphs["inferred"].triples)


def _built_before(output: Path, made_of: Mapping[str, dict[str, str]]) -> Summary | None:
    """Return the summary of the store that is there already, if it was made of the same."""
    try:
        before = Store.open(output).manifest
    except (MissingStore, StoreError):
        return None
    if before.get("made_of") != made_of:
        return None
    graphs = {name: Built(**built) for name, built in before["graphs"].items()}
    return Summary(graphs, before["findings"])


def _refuse_own_defects(report: Report) -> None:
    if report.blocking:
        first = "\n".join(f"  {result.focus}: {result.message}" for result in report.blocking[:5])
        raise BuildError(
            f"the graph would break {len(report.blocking)} rules of its own; "
            f"the store that was there is untouched\n{first}"
        )
