"""The graph as several files of N-Quads, for loaders that read some at once or none that are large.

`graph.nq.gz` becomes `graph-0001.nq.gz`, `graph-0002.nq.gz`, … and `graph.json`, which is written
last and says what the others hold. Every part is a file of N-Quads in its own right.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, cast

from .errors import DiseaseKGError
from .exports import Progress, export
from .output import replacing
from .store import Store

_SIZE = re.compile(r"(\d{1,9}) ?([kMG]?B)?", re.IGNORECASE)
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}


def limits(split: str, statements: int) -> tuple[int, int]:
    """Return how many statements, and how many bytes, a part may have at most.

    `split` is a number of parts, or a size before compression. Raises DiseaseKGError.

    >>> limits("3", 10)[0], limits("500MB", 10)[1]
    (4, 500000000)
    """
    found = _SIZE.fullmatch(split.strip())
    if found is None or not int(found[1]):
        raise DiseaseKGError(f"--split {split} is neither a number of parts nor a size like 500MB")
    number, unit = int(found[1]), (found[2] or "").upper()
    return (1 << 62, number * _UNITS[unit]) if unit else (-(-statements // number) or 1, 1 << 62)


def write(
    store: Store,
    path: Path,
    split: str,
    *,
    conditions: Collection[str] | None = None,
    progress: Progress = lambda message: None,
) -> list[Path]:
    """Write everything, or some conditions, in parts beside a path that names them; return them.

    The list of the parts comes last; those of an earlier list are removed first. Raises
    DiseaseKGError.
    """
    if not {".nq"} & set(path.suffixes[-2:]):
        raise DiseaseKGError(f"--split needs --output NAME.nq, .nq.gz or .nq.zst, not {path.name}")
    most = limits(split, len(store))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_listed(path)
        with _Parts(path, most, progress) as parts:
            stream = cast(BinaryIO, parts)
            export(store, stream, "nquads", conditions=conditions, progress=progress)
        with replacing(_list_of(path)) as stream:
            stream.write(json.dumps(parts.told(), indent=2).encode() + b"\n")
    except OSError as error:
        raise DiseaseKGError(f"{path} cannot be written: {error.strerror or error}") from error
    return [path.with_name(part["file"]) for part in parts.done]


class _Parts:
    """A stream of lines that goes on in the next file when one is full."""

    def __init__(self, path: Path, most: tuple[int, int], progress: Progress) -> None:
        self._path = path
        self._most_lines, self._most_bytes = most
        self._progress = progress
        self._stack = ExitStack()
        self._stream: BinaryIO | None = None
        self.done: list[dict[str, Any]] = []

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            if self._stream is None or self._is_full(len(line)):
                self._next()
            cast(BinaryIO, self._stream).write(line)
            self.done[-1]["statements"] += 1
            self.done[-1]["bytes"] += len(line)

    def _is_full(self, more: int) -> bool:
        part = self.done[-1]
        full = part["statements"] >= self._most_lines
        return bool(full or part["bytes"] + more > self._most_bytes)

    def _next(self) -> None:
        self._stack.close()
        name, dot, suffixes = self._path.name.partition(".nq")
        path = self._path.with_name(f"{name}-{len(self.done) + 1:04}{dot}{suffixes}")
        self._progress(f"writing {path.name}")
        self._stream = self._stack.enter_context(replacing(path))
        self.done.append({"file": path.name, "statements": 0, "bytes": 0})

    def told(self) -> dict[str, Any]:
        """Return what the list says: each part with its checksum, and the whole."""
        for part in self.done:
            with self._path.with_name(part["file"]).open("rb") as file:
                part["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        return {"statements": sum(part["statements"] for part in self.done), "parts": self.done}

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def _list_of(path: Path) -> Path:
    return path.with_name(path.name.partition(".nq")[0] + ".json")


def _remove_listed(path: Path) -> None:
    """Remove the parts that an earlier list names, so that no loader reads old beside new."""
    name = re.escape(path.name.partition(".nq")[0])
    try:
        listed = json.loads(_list_of(path).read_text("utf-8"))["parts"]
        files = [str(part["file"]) for part in listed]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    for file in files:
        if re.fullmatch(rf"{name}-\d{{4,}}\.nq(\.gz|\.zst)?", file):
            path.with_name(file).unlink(missing_ok=True)
