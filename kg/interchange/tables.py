"""The graph as tables, for pandas, polars, DuckDB, R and spreadsheets: CSV or Parquet, one a file.

Every table but `sources` begins with the condition's identifier, a CURIE, and is sorted by it. The
folder describes itself: `datapackage.json` (https://specs.frictionlessdata.io) says what each
column means and which ones refer to another table. In CSV what is several values has "|" between
them, yes and no are true and false, and what is not stated is empty.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import MissingPackage
from ..licensing import licensed
from .columns import TABLES, Table
from .conditions import Conditions
from .rows import Cell, Row, filled

_TYPES = {"list": "array"}
"""The types of columns that a data package calls otherwise."""


def write_csv(conditions: Conditions, folder: Path) -> None:
    """Write a CSV file a table, and what describes them."""
    for table, rows in filled(conditions):
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(column.name for column in table.columns)
            writer.writerows(map(_texts, rows))
    _describe(conditions, folder, "csv")


def _texts(row: Row) -> Iterator[str | float | None]:
    """Yield the cells of a row as CSV has them."""
    for cell in row:
        if isinstance(cell, bool):
            yield "true" if cell else "false"
        else:
            yield "|".join(cell) if isinstance(cell, tuple) else cell


def write_parquet(conditions: Conditions, folder: Path) -> None:
    """Write a Parquet file a table, and what describes them; raises MissingPackage."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingPackage("pyarrow", "tables") from None
    types = {
        "string": pyarrow.string(),
        "boolean": pyarrow.bool_(),
        "number": pyarrow.float64(),
        "integer": pyarrow.int64(),
        "list": pyarrow.list_(pyarrow.string()),
    }
    for table, rows in filled(conditions):
        schema = pyarrow.schema(
            pyarrow.field(c.name, types[c.type], metadata={"description": c.meaning})
            for c in table.columns
        )
        columns: list[list[Cell]] = [[] for _ in schema]
        for row in rows:
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
        arrays = [pyarrow.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
        made = pyarrow.Table.from_arrays(arrays, schema=schema)
        pyarrow.parquet.write_table(made, folder / f"{table.name}.parquet", compression="zstd")
    _describe(conditions, folder, "parquet")


def _describe(conditions: Conditions, folder: Path, format: str) -> None:
    """Write the description of the tables as a Frictionless Data Package."""
    sources = licensed(conditions.store)
    licenses = sorted({license for source in sources for license in source.licenses})
    package = {
        "name": "disease-kg",
        "title": "disease-kg: conditions of a knowledge graph of diseases, as tables",
        "version": __version__,
        "licenses": [{"path": license} for license in licenses],
        "sources": [{"title": source.title, "path": source.page} for source in sources],
        "resources": [_resource(table, format) for table in TABLES.values()],
    }
    text = json.dumps(package, indent=1, ensure_ascii=False)
    (folder / "datapackage.json").write_text(text + "\n", "utf-8")


def _resource(table: Table, format: str) -> dict[str, Any]:
    fields = []
    for column in table.columns:
        type, meaning = _TYPES.get(column.type, column.type), column.meaning
        if format == "csv" and column.type == "list":
            type, meaning = "string", f"{meaning}, with | between"
        fields.append({"name": column.name, "type": type, "description": meaning})
    names = [column.name for column in table.columns]
    keys = {"condition": "conditions", "source": "sources"}
    return {
        "name": table.name,
        "path": f"{table.name}.{format}",
        "format": format,
        "description": f"Each row: {table.row}.",
        "schema": {
            "fields": fields,
            **({"primaryKey": names[0]} if table.name in keys.values() else {}),
            "foreignKeys": [
                {"fields": key, "reference": {"resource": other, "fields": key}}
                for key, other in keys.items()
                if key in names and table.name != other
            ],
        },
    }
