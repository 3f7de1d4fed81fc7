"""The sources of the graph: what `data/sources.toml` says of each, and where its file is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from . import resources
from .errors import SourceError, UnknownSource
from .vocabulary import GRAPH


@dataclass(frozen=True, slots=True)
class Source:
    """One source; `graph` is the IRI of the named graph that holds what it says.

    `listings` maps the source's subsets to the rarity authority that each stands for.
    """

    id: str
    title: str
    publisher: str
    role: str
    format: str
    file: str
    release: str
    license: str
    homepage: str
    attribution: str
    package: str = ""
    download: str = ""
    replaced_by: str = ""
    listings: Mapping[str, str] = field(default_factory=dict)

    @property
    def graph(self) -> str:
        """Return the IRI of the named graph that holds what the source says."""
        return GRAPH + self.id

    def path(self) -> Path:
        """Return where the embedded file is; raises SourceError when its package is missing."""
        if not self.package:
            return resources.path(self.file)
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise SourceError(
                self.file,
                f"comes with the package {self.package}, which is not installed",
                advice=f"pip install {self.package}, or give the file with --source {self.id}=FILE",
            )
        return Path(spec.origin).parent / self.file


@lru_cache(maxsize=1)
def all_sources() -> dict[str, Source]:
    """Return every source by its id, in the order in which they are read."""
    entries = tomllib.loads(resources.path("data", "sources.toml").read_text("utf-8"))
    return {id: Source(id, **entry) for id, entry in entries.items()}


def chosen(given: Mapping[str, Path]) -> list[tuple[Source, Path]]:
    """Return the sources of a build with their files: the given ones, else the embedded ones.

    An embedded source is left out when the source that replaces it is given. Raises
    UnknownSource.
    """
    known = all_sources()
    for id in given:
        if id not in known:
            raise UnknownSource.among(id, list(known))
    return [
        (source, given.get(id) or source.path())
        for id, source in known.items()
        if id in given or source.replaced_by not in given
    ]
