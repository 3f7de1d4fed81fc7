"""HPO's `genes_to_phenotype.txt`: read for its pairs of a gene and a disease record.

Format: https://obophenotype.github.io/human-phenotype-ontology/annotations/genes_to_phenotype/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..records import GeneAssociation, Record, Skipped
from .tables import identifier, rows

_COLUMNS = ("ncbi_gene_id", "gene_symbol", "disease_id")


def read(path: Path) -> Iterator[Record]:
    """Yield each pair of gene and disease record once, in the file's order.

    Skipped for a record of no registry. Raises SourceError.
    """
    seen: set[tuple[str, str]] = set()
    for number, (gene, symbol, record) in rows(path, _COLUMNS):
        if (gene, record) in seen:
            continue
        seen.add((gene, record))
        about = identifier(path, number, record)
        if not (gene.isascii() and gene.isdecimal()):
            problem = f"has {gene[:60]!r} for the number of a gene"
            raise SourceError(path, problem, f"line {number}", "are the columns in their order?")
        if about is None:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
        else:
            yield GeneAssociation(about, f"NCBIGene:{gene}", symbol)
