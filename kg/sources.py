"""The sources of the graph: what `data/sources.toml` says of each, and where its files are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from . import resources
from .errors import SourceError, UnknownSource
from .vocabulary import GRAPH


@dataclass(frozen=True, slots=True)
class Source:
    """One source; `graph` is the IRI of the named graph that holds what it says.

    `file` is the embedded file, if there is one, and `find` has the names that the publisher's
    files go by, the best first. `registry` is the prefix of the source's own terms, beside which
    releases hold others. `adopts` has the kinds of records (tags; "*" is any) that become
    conditions when no other source has them. `listings` maps the source's subsets to the rarity
    authority that each stands for, `denials` those by which an authority says "not rare";
    `rests_on` is the authority on whose list this one's rests. `mined` says that a machine read
    it out of texts. `infores` names it in the registry of information resources of Biolink.
    """

    id: str
    title: str
    publisher: str
    role: str
    format: str
    license: str
    homepage: str
    attribution: str
    release: str = ""
    file: str = ""
    find: Sequence[str] = ()
    package: str = ""
    download: str = ""
    registry: str = ""
    replaced_by: str = ""
    rests_on: str = ""
    mined: bool = False
    infores: str = ""
    adopts: Sequence[str] = ()
    listings: Mapping[str, str] = field(default_factory=dict)
    denials: Mapping[str, str] = field(default_factory=dict)

    @property
    def graph(self) -> str:
        """Return the IRI of the named graph that holds what the source says."""
        return GRAPH + self.id

    def embedded(self) -> list[Path]:
        """Return the embedded file, if there is one; raises SourceError without its package."""
        if not self.file:
            return []
        if not self.package:
            return [resources.path(self.file)]
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise SourceError(
                self.file,
                f"comes with the package {self.package}, which is not installed",
                advice=f"pip install {self.package}, or give the file with --source {self.id}=FILE",
            )
        return [Path(spec.origin).parent / self.file]


@lru_cache(maxsize=1)
def all_sources() -> dict[str, Source]:
    """Return every source by its id, in the order in which they are read."""
    entries = tomllib.loads(resources.path("data", "sources.toml").read_text("utf-8"))
    return {id: Source(id, **entry) for id, entry in entries.items()}


def chosen(given: Mapping[str, Path | Sequence[Path]]) -> list[tuple[Source, list[Path]]]:
    """Return the sources of a build with their files: the given ones, else the embedded ones.

    An embedded source is left out when the source that replaces it is given. Raises
    UnknownSource.
    """
    known = all_sources()
    for id in given:
        if id not in known:
            raise UnknownSource.among(id, list(known))
    files = {
        id: _listed(given[id]) if id in given else source.embedded()
        for id, source in known.items()
        if id in given or source.replaced_by not in given
    }
    return [(known[id], paths) for id, paths in files.items() if paths]


def _listed(files: Path | Sequence[Path]) -> list[Path]:
    return [files] if isinstance(files, Path) else list(files)


def found(directory: Path) -> dict[str, list[Path]]:
    """Return the publishers' files anywhere below a directory, by the id of their source.

    Of several files of one name (releases side by side) the one in the last folder by name is
    taken. Raises SourceError when there is no such directory, or nothing in it.
    """
    if not directory.is_dir():
        raise SourceError(directory, "is no directory")
    newest = {path.name: path for path in sorted(directory.rglob("*")) if path.is_file()}
    given = {id: list(_matching(source, newest)) for id, source in all_sources().items()}
    if not any(given.values()):
        raise SourceError(
            directory,
            "has no file of a publisher in it",
            advice="disease-kg fetch gets them; data/sources.toml has the names looked for",
        )
    return {id: files for id, files in given.items() if files}


def _matching(source: Source, files: Mapping[str, Path]) -> Iterator[Path]:
    """Yield the files that go by the best of a source's names, gzipped or not."""
    for pattern in source.find:
        names = {name.removesuffix(".gz"): name for name in sorted(files, reverse=True)}
        if fitting := [names[plain] for plain in sorted(names) if fnmatchcase(plain, pattern)]:
            yield from (files[name] for name in fitting)
            return
