"""The commands of releases: which there are, and what has changed from one to another."""

from __future__ import annotations

from pathlib import Path

import click

from ..terminal import (
    Located,
    Talk,
    format_option,
    open_store,
    output_option,
    volume_options,
    write,
    writing,
)

_Graph = Located(path_type=Path, exists=True)


@click.command()
@click.argument("old", type=_Graph)
@click.argument("new", type=_Graph, required=False)
@click.option(
    "--ids",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help='Your own identifiers: a CSV or TSV, its column "id" or its first; "-" for stdin.',
)
@format_option("text", "json", "kgcl")
@output_option
@volume_options
def diff(old: Path, new: Path | None, ids: Path | None, format: str, output: Path | None) -> None:
    """Show what has changed from an OLD graph to a NEW one, by default the one in use.

    Each is the name of a release, the folder of a store, or an export. Conditions added, merged,
    withdrawn, renamed and moved; what authorities say of rarity that they did not, or no longer,
    and the likely reason; and which of your own identifiers died.

    \b
    Examples:
      disease-kg diff 2026-05 2026-11
      disease-kg diff 2026-05 --ids my-conditions.csv --format json
      disease-kg diff may.nq.zst ./store-of-november --format kgcl -o changes.kgcl
    """
    from ..diff import Release, compare, identifiers_of
    from ..store import default_directory

    if new is None:
        open_store(None)
        new = default_directory()
    read = []
    for path in (old, new):
        Talk.progress(f"reading {path}")
        read.append(Release.read(path))
    found = compare(read[0], read[1], identifiers_of(ids) if ids else ())
    told = {"text": found.to_text, "json": found.to_json, "kgcl": found.to_kgcl}
    write(told[format](), output)


@click.command()
@click.option("--remove", "removed", metavar="NAME", help="Remove a release; nothing is asked.")
@format_option("table", "csv", "tsv", "json")
@output_option
@volume_options
def releases(removed: str | None, format: str, output: Path | None) -> None:
    """List the releases that 'disease-kg build --release NAME' has made.

    With when each was built, from which releases of Mondo and HPO (all that it was built from:
    'disease-kg sources --store NAME'), and how large it is. A name is taken wherever the folder of
    a graph is, unless something by that name is there: ./NAME is never a release.

    \b
    Examples:
      disease-kg releases --format json
      disease-kg show "focal dystonia" --store 2026-05
      disease-kg releases --remove 2026-05
    """
    from ..releases import every, remove
    from ..tables import write_cells

    if removed is not None:
        remove(removed)
        Talk.say(f"{removed} is removed")
        return
    columns = ("release", "built", "mondo", "hpo", "triples", "megabytes")
    rows = [
        (
            one.name,
            f"{one.built:%Y-%m-%dT%H:%MZ}",
            one.sources.get("mondo", ""),
            one.sources.get("hp", ""),
            str(one.triples),
            f"{one.size / 1e6:.0f}",
        )
        for one in every()
    ]
    if not rows:
        Talk.say("There is no release; 'disease-kg build --release NAME' makes one.")
    with writing(output) as stream:
        write_cells(columns, rows, stream, format)
