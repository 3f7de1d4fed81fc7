"""Commands that walk the hierarchy: tree, path, common."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..terminal import (
    Talk,
    found_condition,
    graph_options,
    in_ascii,
    limit_option,
    open_store,
    output_option,
    volume_options,
    write,
)

if TYPE_CHECKING:
    from ..store import Store


@click.command()
@click.argument("condition", required=False)
@click.option(
    "--depth", type=click.IntRange(0), default=2, show_default=True, help="So many levels."
)
@click.option("--up", is_flag=True, help="Broader types instead of narrower ones.")
@click.option("--scheme", help="Another nomenclature's hierarchy, by its name or its head.")
@click.option("--schemes", "only_list", is_flag=True, help="List these hierarchies.")
@graph_options
@output_option
@volume_options
def tree(
    condition: str | None,
    depth: int,
    up: bool,
    scheme: str | None,
    only_list: bool,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Show the hierarchy below a CONDITION, or above it; in brackets, how many there are in all.

    With --scheme that of another nomenclature, such as one of Orphanet's classifications, from its
    top or from one of its records; these come with a build from their publishers' files.

    \b
    Examples:
      disease-kg tree "dystonic disorder" --depth 2
      disease-kg tree "focal dystonia" --up --depth 9
      disease-kg tree --schemes
      disease-kg tree --scheme "rare neurologic disease" --depth 1
    """
    from ..hierarchy import Hierarchy, render

    if only_list or scheme:
        write(_other(open_store(directory), scheme, condition, depth, output), output)
        return
    if condition is None:
        raise click.UsageError("name a CONDITION, or --scheme")
    store, iri = found_condition(directory, condition)
    rows = Hierarchy.of(store).tree(iri, depth, "up" if up else "down")
    write(render(rows, ascii_only=in_ascii(output)), output)


def _other(
    store: Store, name: str | None, record: str | None, depth: int, output: Path | None
) -> str:
    """Return the tree of another nomenclature's hierarchy, or the list of these."""
    from .. import schemes
    from ..errors import UnknownScheme, UnknownThing
    from ..hierarchy import render
    from ..identifiers import expand

    if name is None:
        found = schemes.schemes(store)
        if not found:
            Talk.say(f"disease-kg: {UnknownScheme.none}")
        return "".join(f"{one.size:6,}  {one.label}  ({one.id})\n" for one in found)
    classification = schemes.Classification(store, schemes.find(store, name))
    tops = [expand(record)] if record else classification.scheme.heads
    if record and tops[0] not in classification.labels:
        raise UnknownThing(record, kind="record of this hierarchy")
    rows = (row for top in tops for row in classification.rows(top, depth))
    return render(rows, ascii_only=in_ascii(output))


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

    Exit code 1 when they have none.

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
    if not nearest:
        click.echo(f"disease-kg: {condition!r} and {other!r} have no type in common", err=True)
        sys.exit(1)
