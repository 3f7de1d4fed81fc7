"""Commands that walk the hierarchy: tree, path, common."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..terminal import (
    found_condition,
    graph_options,
    in_ascii,
    limit_option,
    output_option,
    volume_options,
    write,
)


@click.command()
@click.argument("condition")
@click.option(
    "--depth", type=click.IntRange(0), default=2, show_default=True, help="So many levels."
)
@click.option("--up", is_flag=True, help="Broader types instead of narrower ones.")
@graph_options
@output_option
@volume_options
def tree(condition: str, depth: int, up: bool, directory: Path | None, output: Path | None) -> None:
    """Show the hierarchy below a CONDITION, or above it; in brackets, how many there are in all.

    \b
    Examples:
      disease-kg tree "dystonic disorder" --depth 2
      disease-kg tree "focal dystonia" --up --depth 9
    """
    from ..hierarchy import Hierarchy, render

    store, iri = found_condition(directory, condition)
    rows = Hierarchy.of(store).tree(iri, depth, "up" if up else "down")
    write(render(rows, ascii_only=in_ascii(output)), output)


@click.command()
@click.argument("narrower")
@click.argument("broader")
@limit_option(10)
@graph_options
@output_option
@volume_options
def path(
    narrower: str, broader: str, limit: int, directory: Path | None, output: Path | None
) -> None:
    """Show the ways from a NARROWER condition up to a BROADER one, the shortest first.

    \b
    Example:
      disease-kg path "cervical dystonia" "nervous system disorder"
    """
    from ..hierarchy import Hierarchy

    store, lower = found_condition(directory, narrower)
    _, upper = found_condition(directory, broader, store)
    hierarchy = Hierarchy.of(store)
    ways = list(hierarchy.paths(lower, upper, limit))
    arrow = " < " if in_ascii(output) else " → "
    lines = [arrow.join(hierarchy.label(iri) for iri in way) for way in ways]
    write("".join(line + "\n" for line in lines), output)
    if not ways:
        click.echo(f"disease-kg: no way leads from {narrower!r} up to {broader!r}", err=True)
        sys.exit(1)


@click.command()
@click.argument("condition")
@click.argument("other")
@graph_options
@output_option
@volume_options
def common(condition: str, other: str, directory: Path | None, output: Path | None) -> None:
    """Show the nearest types that a CONDITION and an OTHER have in common.

    \b
    Example:
      disease-kg common "cervical dystonia" blepharospasm
    """
    from ..hierarchy import Hierarchy
    from ..identifiers import compress

    store, one = found_condition(directory, condition)
    _, two = found_condition(directory, other, store)
    hierarchy = Hierarchy.of(store)
    nearest = sorted(hierarchy.nearest_common(one, two))
    write("".join(f"{compress(iri)}\t{hierarchy.label(iri)}\n" for iri in nearest), output)
