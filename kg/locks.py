"""Folders that a process holds while it writes into them; the system lets go of what the dead held.

The id of a process says less: others have it later, and in containers it is always the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

LOCK = "lock"
"""The empty file in a folder that whoever holds the folder has locked."""


def hold(folder: Path) -> BinaryIO | None:
    """Hold a folder until what is returned is closed; None says that nothing can be held here.

    That is so on a system or a file system without locks. Raises BlockingIOError for a folder that
    is held already, be it by this process, FileNotFoundError for one that its holder has removed,
    and another OSError for one that cannot be written.
    """
    if fcntl is None:
        return None
    path = folder / LOCK
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.stat()
    except (BlockingIOError, FileNotFoundError):
        file.close()
        raise
    except OSError:
        file.close()
        return None
    return file
