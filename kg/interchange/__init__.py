"""The conditions in other people's formats, of everything or of what was chosen.

One file, or a stream: `sssom` (mappings), `obographs` and `obo` (an ontology), `graphml` (the
hierarchy), `fhir` (CodeSystem and ConceptMaps) and `schemaorg` (JSON-LD). Several, in a folder or
an archive: `kgx` (nodes and edges), `csv` and `parquet` (tables). The same graph gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import BinaryIO

from ..errors import DiseaseKGError, UnknownFormat
from ..output import ARCHIVES, gathering, replacing
from ..store import Store
from . import fhir, graphml, kgx, obo, obographs, schemaorg, sssom, tables
from .conditions import Conditions

STREAMS: Mapping[str, Callable[[Conditions, BinaryIO], None]] = {
    "sssom": sssom.write,
    "obographs": obographs.write,
    "obo": obo.write,
    "graphml": graphml.write,
    "fhir": fhir.write,
    "schemaorg": schemaorg.write,
}
"""What writes each format of one file."""

FOLDERS: Mapping[str, Callable[[Conditions, Path], None]] = {
    "kgx": kgx.write,
    "csv": tables.write_csv,
    "parquet": tables.write_parquet,
}
"""What writes each format of several files, into a folder."""

FORMATS = (*STREAMS, *FOLDERS)
"""The formats by their names."""

_OF_ONE_FILE = (".csv", ".tsv", ".json", ".parquet", ".gz", ".zst")


def write(
    store: Store, stream: BinaryIO, format: str, chosen: Collection[str] | None = None
) -> None:
    """Write the conditions, or the chosen ones (IRIs), in one of STREAMS. Raises UnknownFormat."""
    if format not in STREAMS:
        raise UnknownFormat(format, list(STREAMS))
    STREAMS[format](Conditions(store, chosen), stream)


def write_to(store: Store, path: Path, format: str, chosen: Collection[str] | None = None) -> None:
    """Write the conditions, or the chosen ones (IRIs), in one of FORMATS to a path.

    Nothing is there before all of it is. Formats of several files go to a folder, or to an archive
    by its name (`.zip`, `.tar.gz`, …). Raises UnknownFormat, MissingPackage, and DiseaseKGError for
    a path that cannot be written.
    """
    if format not in FORMATS:
        raise UnknownFormat(format, list(FORMATS))
    conditions = Conditions(store, chosen)
    try:
        if format in STREAMS:
            with replacing(path) as stream:
                STREAMS[format](conditions, stream)
        elif path.name.endswith(_OF_ONE_FILE) and not path.name.endswith(ARCHIVES):
            raise DiseaseKGError(
                f"{format} is several files; name a folder, or an archive: {', '.join(ARCHIVES)}"
            )
        else:
            with gathering(path) as folder:
                FOLDERS[format](conditions, folder)
    except OSError as error:
        raise DiseaseKGError(f"{path} cannot be written: {error.strerror or error}") from error
