"""Where the project's own files are: the ontology, the data, the queries.

In a checkout they stand beside the package; in an installation they stand inside it.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "resources"


def path(*parts: str) -> Path:
    """Return the path of one of the project's own files.

    >>> path("ontology", "shapes.ttl").name
    'shapes.ttl'
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)
