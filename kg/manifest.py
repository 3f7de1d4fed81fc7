"""What a store was built from, as a file: to verify the store by, and to build the same again.

The checksum of a graph is that of its canonical N-Quads, which are its lines in the order of their
bytes: what `disease-kg export --format nquads | sha256sum` prints. Sorting millions of lines takes
seconds, so a build does not do it; `disease-kg manifest` and `disease-kg verify` do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias

from . import __version__, oboview, resources
from . import sources as catalog
from .errors import SourceError, UnknownSource
from .locks import LOCK
from .sorting import sorted_lines
from .store import LINES, Store

Manifest: TypeAlias = dict[str, Any]
"""`made_of` has the SHA-256 of each source's files, `graphs` what became of them, `nquads` that of
the graph; `program` says what built it, `files` has the checksums of a store's own files."""

_OWN = ("**/*.py", "**/*.ttl", "**/*.toml", "**/*.json")
"""The files of this program that a graph depends on."""

_ENGINES = ("pyoxigraph", "shacl")
_OF_A_STORE = ("build", "layout", "files")
"""What a store says of itself that means nothing elsewhere."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: whether it is as it should be, and a sentence that says so."""

    good: bool
    sentence: str


def checksum(path: Path, *patterns: str) -> str:
    """Return the SHA-256 of a file's bytes, or of those of a folder's files in order."""
    digest = hashlib.sha256()
    found = (file for pattern in patterns or ("*.ttl",) for file in path.glob(pattern))
    try:
        for file in sorted(found) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    except OSError:
        return ""  # the reader will say what is wrong with it
    return digest.hexdigest()


def made_of(chosen: Iterable[tuple[catalog.Source, list[Path]]]) -> dict[str, dict[str, str]]:
    """Return the checksums of each source's files, and of this program's own."""
    own = (Path(__file__).parent, *map(resources.path, ("ontology", "data")))
    program = {folder.name: checksum(folder, *_OWN) for folder in own}
    files = {source.id: {file.name: checksum(file) for file in paths} for source, paths in chosen}
    return {"disease-kg": program, **files}


def program() -> dict[str, str]:
    """Return the versions of what builds a graph, and the checksum of its named queries."""
    found = {"disease-kg": __version__, "queries": checksum(resources.path("queries"), "*.rq")}
    for engine in _ENGINES:
        try:
            found[engine] = version(engine)
        except PackageNotFoundError:
            continue
    return found


def files(folder: Path) -> dict[str, str]:
    """Return the checksums of the files beside a graph's database, which has its own."""
    found = (file for file in sorted(folder.iterdir()) if file.is_file() and file.name != LOCK)
    return {file.name: checksum(file) for file in found}


def canonical(lines: Iterable[bytes]) -> dict[str, Any]:
    """Return the number of lines of N-Quads, and the SHA-256 of them in their order."""
    digest = hashlib.sha256()
    number = 0
    for line in sorted_lines(lines):
        digest.update(line)
        number += 1
    return {"sha256": digest.hexdigest(), "lines": number}


def read(path: Path) -> Manifest:
    """Return the manifest in a file, one that `disease-kg manifest` wrote or a store's own.

    Raises SourceError.
    """
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(path, f"cannot be read as a manifest ({error})") from error
    sources = loaded.get("made_of") if isinstance(loaded, dict) else None
    if not isinstance(sources, dict) or not all(_are_sums(found) for found in sources.values()):
        advice = "'disease-kg manifest --output FILE' writes one"
        raise SourceError(path, "is no manifest: it does not say what was built from", "", advice)
    return dict(loaded)


def _are_sums(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(one, str) for one in found.values())


def of(store: Store) -> Manifest:
    """Return a store's manifest with the checksum of its graph."""
    said = {key: value for key, value in store.manifest.items() if key not in _OF_A_STORE}
    return {**said, "nquads": canonical(store.lines())}


def to_json(manifest: Manifest) -> str:
    """Return a manifest as JSON."""
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def verify(store: Store, manifest: Manifest | None = None, deep: bool = False) -> Iterator[Check]:
    """Yield what is checked of a store: its files, its number of quads and its checksum.

    They are held against the store's own manifest and, where it is given, another one. A `deep`
    check also reads every quad of the database, which are to be those of the lines beside it.
    """
    if store.folder is not None and (written := store.manifest.get("files")):
        now = files(store.folder)
        changed = [name for name in written if now.get(name) != written[name]]
        said = f"{', '.join(changed)} changed since the build" if changed else "as they were built"
        yield Check(not changed, f"files of the store: {said}")
        if LINES in changed:
            return
    lines = canonical(store.lines())
    quads = len(store)
    same = quads == lines["lines"]
    yield Check(same, f"quads: {quads:,} in the database, {lines['lines']:,} in its lines")
    if deep:
        held = canonical(f"{quad} .\n".encode() for quad in store.quads())
        other = f"others than in its lines (sha256 {held['sha256']})"
        what = "the same as in its lines" if held == lines else other
        yield Check(held == lines, f"statements in the database: {what}")
    yield Check(True, f"canonical N-Quads: sha256 {lines['sha256']}")
    if manifest is not None:
        yield from _compare({**store.manifest, "nquads": lines}, manifest)


def _compare(found: Manifest, said: Manifest) -> Iterator[Check]:
    """Yield what two manifests say of the program, the sources and the graph."""
    for source in sorted({*found["made_of"], *said["made_of"]}):
        ours, theirs = found["made_of"].get(source, {}), said["made_of"].get(source, {})
        for name in sorted({*ours, *theirs}):
            if ours.get(name) != theirs.get(name):
                sums = f"{ours.get(name) or 'nothing'}, not {theirs.get(name) or 'nothing'}"
                yield Check(source == "disease-kg", f"{source}, {name}: built from {sums}")
    if expected := said.get("nquads"):
        good = found["nquads"] == expected
        end = "as the manifest says" if good else f"the manifest says {expected['sha256']}"
        yield Check(good, f"checksum: {end}")
    else:
        yield Check(True, "checksum: the manifest has none to compare with")


def given(manifest: Manifest, directory: Path | None) -> dict[str, list[Path]]:
    """Return the files that a graph was built from, by source, as `build` takes them.

    They are looked for by name and checksum among the embedded ones and below a directory. Raises
    SourceError for one that is missing or another, with both checksums, and UnknownSource.
    """
    known = catalog.all_sources()
    there: dict[str, list[Path]] = {}
    for path in sorted(directory.rglob("*")) if directory else ():
        there.setdefault(path.name, []).append(path)
    found: dict[str, list[Path]] = {}
    for id, sums in manifest["made_of"].items():
        if id in ("disease-kg", oboview.NAME):
            continue
        if id not in known:
            raise UnknownSource.among(id, list(known))
        embedded = known[id].embedded()
        release = manifest.get("graphs", {}).get(id, {}).get("release", known[id].release)
        same = {path.name: checksum(path) for path in embedded} == sums
        if same and release == known[id].release:  # a file that was given says its own release
            continue
        found[id] = [
            _same(id, name, sum, [*there.get(name, ()), *embedded])
            for name, sum in sorted(sums.items(), key=lambda one: one[0].removesuffix(".gz"))
        ]
    return found


def _same(source: str, name: str, expected: str, candidates: Iterable[Path]) -> Path:
    """Return the one of some files that has a name and a checksum; raises SourceError."""
    seen = []
    for path in candidates:
        if path.name == name:
            if (sum := checksum(path)) == expected:
                return path
            seen.append(f"{path} has {sum}")
    problem = f"is another file: {'; '.join(seen)}; " if seen else "is not there: "
    advice = f"give the folder that has it with --sources; 'disease-kg fetch {source}' gets today's"
    raise SourceError(name, f"{problem}the manifest's has the SHA-256 {expected}", source, advice)


def differences(manifest: Manifest) -> list[str]:
    """Return in what this program is another than the one that a manifest names."""
    said = {**manifest.get("program", {}), **manifest["made_of"].get("disease-kg", {})}
    here = {**program(), **made_of([])["disease-kg"]}
    return [
        f"{name} {value} there, {here.get(name, 'none')} here"
        for name, value in sorted(said.items())
        if here.get(name) != value
    ]
