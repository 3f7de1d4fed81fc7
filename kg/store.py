"""The graph on disk: opened read-only, asked in SPARQL; written beside and swapped in.

A store is a folder with `manifest.json`, which says what the graph was built from and which
`build-…` folder beside it is the current one: that holds `graph/` (the Oxigraph database),
`names.sqlite` (the index of names), `arrays.bin` (hierarchies and shortcuts), `graph.nq.zst` (the
same graph as lines of text, which exports and validation read) and `lock`, which the build that
writes the folder holds. `Store.open` never writes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from .arrays import Arrays
from .errors import MissingStore, StoreError
from .indexes import Gathered
from .locks import hold
from .names import Names
from .output import packed_lines, replacing, unpack
from .releases import home, located
from .vocabulary import GRAPH, PREFIXES, SKOS

if TYPE_CHECKING:
    import rdflib

    from .profiles import Profiles

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Made = TypeVar("Made")
Answer: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

LAYOUT = 3
"""Version of the folder's layout; a store of another layout must be built again."""

LINES = "graph.nq.zst"
_REMEMBERED = 1 << 16
"""So many things that are said of what is referred to are kept in memory."""

NAMES = "names.sqlite"
ARRAYS = "arrays.bin"


def default_directory() -> Path:
    """Return where the store is: DISEASE_KG_STORE, a folder or a release, or the user's own.

    Raises UnknownRelease.
    """
    chosen = os.environ.get("DISEASE_KG_STORE")
    return located(chosen) if chosen else home() / "store"


class Store:
    """A graph that answers SPARQL; the default graph of a query is the union of all graphs.

    `manifest` says what it was built from, `folder` holds the indexes beside the graph; a store
    in memory has neither. `near` says that a look at a few quads costs microseconds.
    """

    near = True

    def __init__(
        self,
        engine: ox.Store,
        manifest: Mapping[str, Any] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._engine = engine
        self.manifest = dict(manifest or {})
        self.folder = folder
        self.told = lru_cache(_REMEMBERED)(self._told)
        self.described = lru_cache(_REMEMBERED >> 4)(self._described)
        self._made: dict[Callable[[Store], Any], Any] = {}

    @classmethod
    def open(cls, directory: Path | str) -> Store:
        """Open a store read-only; raises MissingStore, StoreError."""
        directory = Path(directory)
        manifest = _manifest(directory)
        if manifest is None:
            raise MissingStore(str(directory))
        if manifest.get("layout") != LAYOUT:
            raise StoreError(
                f"{directory} was built by another version of disease-kg; "
                "build it again with 'disease-kg build'"
            )
        folder = directory / str(manifest.get("build"))
        try:
            store = cls(ox.Store.read_only(str(folder / "graph")), manifest, folder)
            store.names, store.arrays  # noqa: B018 - opened before another build can remove them
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{directory} cannot be opened: {error}") from error
        return store

    @classmethod
    def in_memory(cls, *sources: Path | str) -> Store:
        """Return a store in memory with the given files, or texts in TriG or Turtle."""
        engine = ox.Store()
        for source in sources:
            if isinstance(source, Path):
                engine.load(path=str(source))
            else:
                engine.load(source, format=ox.RdfFormat.TRIG)
        return cls(engine)

    def query(
        self,
        sparql: str,
        bindings: Mapping[str, Term] | None = None,
        prefixes: dict[str, str] | None = PREFIXES,
    ) -> Answer:
        """Evaluate SPARQL 1.1 on the union of the graphs, the project's prefixes declared.

        `bindings` gives values to variables; they are substituted as terms, never as text.
        Raises SyntaxError as pyoxigraph does; `queries.execute` makes it readable.
        """
        substitutions: dict[ox.Variable, Term | ox.Triple] = {
            ox.Variable(name): term for name, term in (bindings or {}).items()
        }
        return self._engine.query(
            sparql,
            prefixes=prefixes,
            use_default_graph_as_union=True,
            substitutions=substitutions or None,
        )

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Iterate over the quads of one graph, or of all."""
        return self.find(graph=ox.NamedNode(graph) if graph else None)

    def find(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | ox.Triple | None = None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[Any]:
        """Iterate over the quads that match; what is None matches everything.

        (Their type in pyoxigraph allows for triples as terms, which no store here has.)
        """
        return self._engine.quads_for_pattern(subject, predicate, object, graph)

    def _told(self, iri: str, predicate: str) -> tuple[tuple[Any, str], ...]:
        """Return the objects of a property of a thing, each with the graph that says it.

        `told` remembers the last of them: pages ask again and again for the names of the same.
        """
        try:
            subject = ox.BlankNode(iri[2:]) if iri.startswith("_:") else ox.NamedNode(iri)
        except ValueError:
            return ()
        found = self.find(subject, ox.NamedNode(predicate))
        return tuple((quad.object, getattr(quad.graph_name, "value", "")) for quad in found)

    def _described(self, subject: ox.NamedNode | ox.BlankNode) -> tuple[Any, ...]:
        """Return the quads of a thing that many others refer to; `described` remembers the last."""
        return tuple(self.find(subject))

    def dump(self, path: Path) -> None:
        """Write everything as N-Quads, in no order.

        A built store has that in a file, which is read many times faster than the engine tells it.
        """
        if self.folder is None:
            self._engine.dump(str(path), format=ox.RdfFormat.N_QUADS)
        else:
            unpack(self.folder / LINES, path)

    def lines(self) -> Iterator[bytes]:
        """Iterate over everything as lines of N-Quads, in no order."""
        if self.folder:
            yield from packed_lines(self.folder / LINES)
            return
        with TemporaryDirectory(prefix="disease-kg-") as folder:
            path = Path(folder) / "graph.nq"
            self.dump(path)
            with path.open("rb") as stream:
                yield from stream

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted."""
        return sorted(str(g.value) for g in self._engine.named_graphs())

    def __len__(self) -> int:
        return len(self._engine)

    @cached_property
    def names(self) -> Names:
        """The index of names: built with the store, or now for a store in memory."""
        if self.folder is None:
            return Names.build(":memory:", self.gathered().entries())
        return Names.open(self.folder / NAMES)

    @cached_property
    def arrays(self) -> Arrays:
        """The hierarchies and shortcuts: built with the store, or now for a store in memory."""
        if self.folder is None:
            return self.gathered().arrays()
        return Arrays.open(self.folder / ARRAYS)

    @property
    def whole(self) -> Store:
        """This store with all of its arrays at hand: itself, unless it is at an endpoint."""
        return self

    def gathered(self) -> Gathered:
        """Return what the indexes need of the graph."""
        return Gathered.of(
            (str(quad.subject), str(quad.predicate), str(quad.object)) for quad in self.quads()
        )

    @cached_property
    def profiles(self) -> Profiles:
        """The symptoms of the conditions as columns of numbers."""
        from .profiles import Profiles  # which needs numpy; not every command does

        return Profiles.of(self.arrays)

    def once(self, make: Callable[[Store], Made]) -> Made:
        """Return what is made of this store, which is made the first time that it is asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Made, self._made[make])

    def label(self, iri: str) -> str:
        """Return the preferred name of a thing, English before others, "" for none."""
        found = self.find(ox.NamedNode(iri), ox.NamedNode(SKOS.prefLabel))
        names = ((quad.object.language != "en", quad.object.value) for quad in found)
        return min(names, default=(True, ""))[1]

    @cached_property
    def descriptions(self) -> dict[Any, list[ox.Quad]]:
        """The statements about each source."""
        found: dict[Any, list[ox.Quad]] = defaultdict(list)
        for quad in self.quads(GRAPH + "sources"):
            found[quad.subject].append(quad)
        return found

    def rdflib(self) -> rdflib.Dataset:
        """Return an rdflib view of the store, through oxrdflib; nothing is copied."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self._engine), default_union=True)


def _manifest(directory: Path) -> dict[str, Any] | None:
    try:
        loaded = json.loads((directory / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{directory}/manifest.json cannot be read: {error}") from error
    if not isinstance(loaded, dict):
        raise StoreError(f"{directory}/manifest.json is no manifest; build the graph again")
    return loaded


def _current(directory: Path) -> str:
    """Return the name of the current build's folder, or "" where nothing says it."""
    try:
        return str((_manifest(directory) or {}).get("build", ""))
    except StoreError:
        return ""


class Draft:
    """A build being written into its own folder inside the store's.

    `commit` makes it the current one by replacing `manifest.json`, which is one atomic step: a
    build that is killed at any moment leaves the old graph or the new one, whole. Leaving the
    context without it removes what was written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __enter__(self) -> Draft:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.folder, self._held = self._begun()
        except OSError as error:
            raise StoreError(f"{self.directory} cannot be written: {error}") from error
        return self

    def _begun(self) -> tuple[Path, BinaryIO | None]:
        """Make the folder and hold it; a new one if another build has removed it before that."""
        while True:
            folder = Path(mkdtemp(prefix=f"build-{os.getpid()}-", dir=self.directory))
            with suppress(BlockingIOError, FileNotFoundError):
                folder.chmod(0o755)  # mkdtemp's is for its owner alone; a graph may have readers
                return folder, hold(folder)

    def _let_go(self) -> None:
        if self._held:
            self._held.close()

    @contextmanager
    def loading(self) -> Iterator[Callable[[Path], None]]:
        """Give a function that loads the quads of an N-Quads file, in several threads if need be.

        At its end the store is closed, before the engine begins to compact it to twice its size.
        """
        try:
            engine = ox.Store(str(self.folder / "graph"))
            yield lambda path: engine.bulk_load(
                path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True
            )
            engine.flush()
        except OSError as error:
            raise StoreError(f"{self.directory} cannot be written: {error}") from error

    def index(self, gathered: Gathered) -> None:
        """Write the indexes that are kept beside the graph."""
        try:
            Names.build(self.folder / NAMES, gathered.entries()).close()
            gathered.arrays().write(self.folder / ARRAYS)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{self.directory} cannot be written: {error}") from error

    def keep(self, lines: Path) -> None:
        """Keep the graph's N-Quads, which the file has, as lines of text."""
        try:
            with lines.open("rb") as file, replacing(self.folder / LINES) as packed:
                shutil.copyfileobj(file, packed, 1 << 20)
        except OSError as error:
            raise StoreError(f"{self.directory} cannot be written: {error}") from error

    def commit(self, manifest: Mapping[str, Any]) -> None:
        """Make this build the store's current one and remove the ones before it."""
        content = {"layout": LAYOUT, "build": self.folder.name, **manifest}
        before = _current(self.directory)
        try:
            written = self.folder / "manifest.json"
            written.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
            written.replace(self.directory / "manifest.json")
        except OSError as error:
            raise StoreError(f"{self.directory} cannot be replaced: {error}") from error
        self._let_go()
        remove_abandoned(self.directory, before)

    def __exit__(self, *_: object) -> None:
        self._let_go()
        if _current(self.directory) != self.folder.name:
            shutil.rmtree(self.folder, ignore_errors=True)


def remove_abandoned(directory: Path, replaced: str = "") -> None:
    """Remove the folders of builds but the current one and those that a living build writes.

    Where nothing can be held, a folder is taken for abandoned when it was `replaced` just now, or
    when no process has the id in its name.
    """
    for folder in sorted(directory.glob("build-*")):
        if folder.name == _current(directory):
            continue
        try:
            held = hold(folder)
        except OSError:  # a living build's, or gone, or not ours to write
            continue
        with held or nullcontext():
            abandoned = held or folder.name == replaced or not _is_alive(folder)
            if abandoned and folder.name != _current(directory):  # which it can no longer become
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(folder: Path) -> bool:
    """Return whether some process has the id that a build's folder is named after."""
    try:
        os.kill(int(folder.name.split("-")[1]), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
