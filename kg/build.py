"""The pipeline: sources → records → triples → inference → validation → a store, swapped in."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from . import infer, manifest, oboview, triples
from . import sources as catalog
from .ahead import Job, reading
from .assemble import Assembly
from .errors import BuildError, MissingStore, StoreError
from .identifiers import short
from .indexes import Gathered
from .ntriples import Triple, node
from .output import packed_lines
from .records import Account
from .sources import Source
from .store import LINES, Draft, Store, remove_abandoned
from .streams import Followed
from .validation import Report, validate
from .vocabulary import GRAPH, INFERRED

Progress = Callable[[str], None]

Confirm = Callable[[Path], None]

_AT_ONCE = 1_000_000
"""So many quads of a part, or its end, set the engine to work; what it makes of them is large."""

_PART = 910_000
"""Of so many quads its table is half as large as of a million: it grows at 917,504."""

_PARTS = 3
"""With a fourth part the engine would begin to compact what it has, to twice the size."""

_BATCH = 1000
"""So many triples stay in a processor's cache on their way into the file."""


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
            lines.append(f"{count:,} findings of {short(shape)}")
        return "\n".join(lines) + "\n"


def build(
    output: Path,
    given: Mapping[str, Path | Sequence[Path]] | None = None,
    progress: Progress = lambda message: None,
    again: bool = False,
    obo_view: bool = False,
    confirm: Confirm = lambda lines: None,
) -> Summary:
    """Build the graph of the given and the embedded sources into a store.

    `given` has the files of sources by the sources' ids; `sources.found` finds them. The store
    that was there before stays until the new one is complete and valid; one that this program
    built from the very same files stays altogether, unless it is to be built `again`. With
    `obo_view` the graph has itself once more as ontology clients ask for it. `confirm` is given
    the lines of the new graph before it takes its place, and may refuse it by raising. Raises
    UnknownSource, SourceError, StoreError, BuildError.
    """
    chosen = catalog.chosen(given or {})
    made_of = manifest.made_of(chosen) | ({oboview.NAME: {}} if obo_view else {})
    before = None if again else _built_before(output, made_of)
    if before:
        remove_abandoned(output)
        progress("nothing has changed since the graph was built")
        return before
    with Draft(output) as draft, _no_garbage_collection():
        lines, gathered = draft.folder / "graph.nq", Gathered()
        with Followed(lines, draft.loading) as file:
            summary = _write_graph(Quads(file, gathered), chosen, made_of, given or {}, progress)
            progress(f"validating, loading and indexing {summary.triples:,} triples")
            report = validate(lines)
        draft.index(gathered)
        del gathered
        draft.keep(lines)
        file.reading.result()
        lines.unlink()
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

    view = oboview.NAME in said["made_of"]
    summary = build(output, found, progress, again=True, obo_view=view, confirm=confirm)
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
    """The graph as it is written: as N-Quads, and as what the indexes need of it."""

    def __init__(self, file: Followed, gathered: Gathered) -> None:
        self._file = file
        self._gathered = gathered
        self._cuts = _PARTS - 1
        self._room = _PART

    def write(self, graph: str, said: Iterable[Triple], last: bool = False) -> int:
        """Write the triples of one graph; returns their number.

        If the last part passes its first million within the `last` large graph, the rest waits for
        the validation, as both at once need much memory. A graph with more to load does not wait:
        the engine would stand idle.
        """
        end = f" {node(graph)} .\n"
        said = iter(said)
        count = 0
        while batch := list(islice(said, _BATCH)):
            self._gathered.take(batch)
            try:
                self._file.write("".join([f"{s} {p} {o}{end}" for s, p, o in batch]).encode())
            except OSError as error:
                path = self._file.path
                raise StoreError(f"{path} cannot be written: {error.strerror}") from error
            count += len(batch)
            self._room -= len(batch)
            if self._room <= 0:
                self._divide(last)
        return count

    def _divide(self, last: bool) -> None:
        """Begin another part, or let what follows the first million of the last one wait."""
        if self._cuts:
            self._cuts -= 1
            self._file.cut()
            self._room = _PART if self._cuts else _AT_ONCE
        else:
            if last:
                self._file.hold()
            self._room = sys.maxsize


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
    view = oboview.OboView() if oboview.NAME in made_of else None
    with reading([Job(source.format, files) for source, files in chosen]) as ahead:
        for (source, _), records in zip(chosen, ahead, strict=True):
            progress(f"reading {source.title}")
            account = Account()
            said = assembly.triples(source, records, account)
            written = quads.write(source.graph, view.watching(said) if view else said)
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
    facts = assembly.facts
    del assembly  # which is large, and at this moment everything is
    written = quads.write(INFERRED, infer.conclude(facts), last=True)
    summary.graphs["inferred"] = Built("What follows from the sources", triples=written)
    if view:
        written = quads.write(oboview.VIEW, view.triples())
        summary.graphs[oboview.NAME] = Built(oboview.TITLE, triples=written)
    described = _descriptions([source for source, _ in chosen], summary)
    written = quads.write(GRAPH + "sources", described)
    summary.graphs["sources"] = Built("Descriptions of the sources", triples=written)
    return summary


def _descriptions(chosen: list[Source], summary: Summary) -> Iterator[Triple]:
    for source in chosen:
        built = summary.graphs[source.id]
        yield from triples.dataset(source, built.release, built.files, built.triples)
    for name, title in (("inferred", infer.TITLE), (oboview.NAME, oboview.TITLE)):
        if name in summary.graphs:
            count = summary.graphs[name].triples
            yield from triples.derived_dataset(GRAPH + name, title, chosen, count)


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
