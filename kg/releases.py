"""Where graphs are: the user's own, and releases by name beside it, each a store's folder.

`located` holds the one rule by which a text means a folder or a release, wherever one is given.
"""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .errors import InvalidRelease, StoreError, UnknownRelease

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A release: its name, when it was built, from what, and how large it is in bytes.

    `sources` has the publishers' releases by the sources' ids. It is empty, as `triples` is 0,
    where the manifest cannot be read.
    """

    name: str
    built: datetime
    sources: dict[str, str]
    triples: int
    size: int


def home() -> Path:
    """Return the user's data folder, which has the graph of whoever names none."""
    from platformdirs import user_data_path

    return user_data_path("disease-kg")


def folder_of(name: str) -> Path:
    """Return the folder of a release, whether it is there or not; raises InvalidRelease."""
    if not _NAME.fullmatch(name):
        raise InvalidRelease(name)
    return home() / "releases" / name


def downloads(store: Path) -> Path:
    """Return where publishers' files are kept: beside a store, or beside all of the releases."""
    beside = home() if store.parent == home() / "releases" else store.parent
    return beside / "downloads"


def located(text: str) -> Path:
    """Return the path that a text means: itself, or the folder of the release of that name.

    What has a separator, as `./2026-05` has, is a path, and so is what is there by that path or
    could not be a release's name. Raises UnknownRelease for any other that no release has.
    """
    path = Path(text)
    if path.name != text or not _NAME.fullmatch(text) or path.exists():
        return path
    if not _is_there(text):
        advice = f"nor is a file or folder of that name here (one to be made is ./{text})"
        raise UnknownRelease(text, names(), advice)
    return folder_of(text)


def names() -> list[str]:
    """Return the names of the releases, sorted."""
    folders = (home() / "releases").glob("*")
    return sorted(folder.name for folder in folders if _is_there(folder.name))


def every() -> list[Kept]:
    """Return the releases, by name."""
    return [_kept(name) for name in names()]


def remove(name: str) -> None:
    """Remove a release, or what a build of it has left that was killed.

    Raises InvalidRelease, UnknownRelease, and StoreError for a folder that has anything else.
    """
    folder = folder_of(name)
    if not folder.is_dir():
        raise UnknownRelease(name, names())
    inside = sorted(path.name for path in folder.iterdir())
    foreign = [other for other in inside if other != _MANIFEST and not other.startswith("build-")]
    if foreign or folder.is_symlink():
        why = f"{foreign[0]} is in it" if foreign else "it is a link"
        raise StoreError(f"{folder} is nothing that a build made, as {why}; it stays as it is")
    try:
        (folder / _MANIFEST).unlink(missing_ok=True)  # half of a release is none
        shutil.rmtree(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be removed: {error}") from error


def _is_there(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and (folder_of(name) / _MANIFEST).is_file()


def _kept(name: str) -> Kept:
    folder = folder_of(name)
    built = datetime.fromtimestamp((folder / _MANIFEST).stat().st_mtime, UTC)
    sources: dict[str, str] = {}
    triples = 0
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        graphs = json.loads((folder / _MANIFEST).read_text("utf-8"))["graphs"]
        sources = {id: graph["release"] for id, graph in graphs.items() if graph["release"]}
        triples = sum(graph["triples"] for graph in graphs.values())
    return Kept(name, built, sources, triples, _size(folder))


def _size(folder: Path) -> int:
    """Return how many bytes the files below a folder have, some of which may vanish meanwhile."""
    size = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            size += file.stat().st_size if file.is_file() else 0
    return size
