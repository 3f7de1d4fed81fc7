"""HPO's `genes_to_phenotype.txt`: read for its pairs of a gene and a disease record.

Format: https://obophenotype.github.io/human-phenotype-ontology/annotations/genes_to_phenotype/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import GeneAssociation, Record
from .tables import rows


def read(path: Path) -> Iterator[Record]:
    """Yield each pair of gene and disease record once, in the file's order. Raises SourceError."""
    seen: set[tuple[str, str]] = set()
    for _, (gene, symbol, record) in rows(path, ("ncbi_gene_id", "gene_symbol", "disease_id")):
        if (gene, record) not in seen:
            seen.add((gene, record))
            yield GeneAssociation(record, f"NCBIGene:{gene}", symbol)
