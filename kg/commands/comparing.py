"""The command that compares two graphs: diff."""

from __future__ import annotations

from pathlib import Path

import click

from ..terminal import Talk, format_option, output_option, volume_options, write

_Graph = click.Path(path_type=Path, exists=True)


@click.command()
@click.argument("old", type=_Graph)
@click.argument("new", type=_Graph)
@click.option(
    "--ids",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Your own identifiers: a CSV or TSV, its column "id" or its first.',
)
@format_option("text", "json", "kgcl")
@output_option
@volume_options
def diff(old: Path, new: Path, ids: Path | None, format: str, output: Path | None) -> None:
    """Show what has changed from an OLD graph to a NEW one: folders of stores, or exports.

    Conditions added, merged, withdrawn, renamed and moved; what authorities say of rarity that they
    did not, or no longer, and the likely reason; and which of your own identifiers died.

    \b
    Examples:
      disease-kg diff store-2026-05 store-2026-11
      disease-kg diff may.nq.zst november.nq.zst --format kgcl -o changes.kgcl
      disease-kg diff store-2026-05 store-2026-11 --ids my-conditions.csv --format json
    """
    from ..diff import Release, compare, identifiers_of

    releases = []
    for path in (old, new):
        Talk.progress(f"reading {path}")
        releases.append(Release.read(path))
    found = compare(releases[0], releases[1], identifiers_of(ids) if ids else ())
    told = {"text": found.to_text, "json": found.to_json, "kgcl": found.to_kgcl}
    write(told[format](), output)
