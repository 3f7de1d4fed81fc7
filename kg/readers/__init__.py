"""One module per format of a publisher's file: `read(path)` yields records, never triples.

`FORMATS` maps the name that `data/sources.toml` uses to the module; `read` picks by it, or by a
look at the file where an ontology may come in several formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from ..errors import SourceError, UnknownFormat
from ..records import Record
from .files import head

FORMATS = {
    "obo": "obo",
    "obograph": "obograph",
    "owl": "owl",
    "sssom": "sssom",
    "hpoa": "hpoa",
    "hpo-genes": "hpo_genes",
    "turtle": "turtle",
    "orphanet-nomenclature": "orphanet_nomenclature",
    "orphanet-classification": "orphanet_classification",
    "orphanet-phenotypes": "orphanet_phenotypes",
    "orphanet-genes": "orphanet_genes",
    "orphanet-linearisation": "orphanet_linearisation",
    "orphanet-natural-history": "orphanet_natural_history",
    "orphanet-prevalence": "orphanet_prevalence",
    "orphanet-disability": "orphanet_disability",
    "maxo-annotations": "maxo_annotations",
    "maxo-diagnostics": "maxo_diagnostics",
    "robot-list": "robot_list",
    "mondo-subsets": "mondo_subsets",
    "gard": "gard",
    "do-xrefs": "do_xrefs",
    "do-terms": "do_terms",
    "do-axioms": "do_axioms",
    "do-anatomy": "do_anatomy",
    "do-symptoms": "do_symptoms",
    "do-translations": "do_translations",
}
_ONTOLOGY = "ontology"


def read(path: Path, format: str) -> Iterator[Record]:
    """Yield the records of a file; the format "ontology" means OBO, OBO Graphs JSON or OWL.

    Raises SourceError naming the file and the line or record, UnknownFormat.
    """
    if format == _ONTOLOGY:
        format = _sniff(path)
    if format not in FORMATS:
        raise UnknownFormat(format, [_ONTOLOGY, *FORMATS])
    reader: Callable[[Path], Iterator[Record]]
    reader = import_module(f"{__name__}.{FORMATS[format]}").read
    return reader(path)


def _sniff(path: Path) -> str:
    start = head(path).lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return "obograph"
    if start.startswith(("format-version:", "data-version:", "ontology:", "[Term]", "!")):
        return "obo"
    if "<rdf:RDF" in start or (start.startswith("<?xml") and "<JDBOR" not in start):
        return "owl"
    raise SourceError(
        path,
        f"is neither OBO, OBO Graphs JSON nor OWL in RDF/XML; it begins {start[:40]!r}",
        advice="give the publisher's .obo, .json or .owl file, gzipped or not",
    )
