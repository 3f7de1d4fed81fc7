"""Commands that give the graph away: export, serve, site, mcp."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import DiseaseKGError
from ..terminal import (
    Talk,
    format_option,
    found_condition,
    open_store,
    store_option,
    volume_options,
    write,
    writing,
)

if TYPE_CHECKING:
    from ..store import Store


@click.command()
@format_option(
    *("turtle", "jsonld", "trig", "nquads", "rdfxml", "ntriples", "sssom", "obographs", "obo"),
    *("graphml", "fhir", "schemaorg", "kgx", "csv", "parquet"),
)
@click.option("--condition", help="Only a condition, with what is stated of it.")
@click.option("--branch", help="Only a condition and everything below it.")
@click.option(
    "--rare-by",
    "authorities",
    multiple=True,
    metavar="AUTHORITY",
    help="Only what it lists as rare; of several, what any of them does.",
)
@click.option(
    "--ids",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help='Only the conditions of a list: one a line, or a CSV\'s column "id" or its first; '
    '"-" for stdin.',
)
@click.option("--source", "only", multiple=True, help="Only this source, by its short name.")
@click.option("--without-source", "without", multiple=True, help="Everything but this source.")
@click.option("--license", "licenses", multiple=True, help="Only what has it: CC0-1.0, or its IRI.")
@click.option("--without-license", "unlicensed", multiple=True, help="Everything but what has it.")
@click.option(
    "--attribution",
    "credits",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file whom to name, and the licenses.",
)
@click.option(
    "--split",
    metavar="N|SIZE",
    help="N-Quads in so many parts, or of such a size (500MB), for bulk loaders.",
)
@store_option
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="Write to a file, or to a folder or an archive, instead of standard output.",
)
@volume_options
def export(
    format: str,
    condition: str | None,
    branch: str | None,
    authorities: tuple[str, ...],
    ids: Path | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    licenses: tuple[str, ...],
    unlicensed: tuple[str, ...],
    credits: Path | None,
    split: str | None,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Write the graph, or a part of it, as RDF or in the formats of other people's tools.

    RDF (turtle, jsonld, trig, nquads, rdfxml, ntriples) has everything. sssom has the mappings of
    the conditions, obographs and obo are an ontology of them, graphml is their hierarchy, fhir a
    Bundle of a CodeSystem and ConceptMaps (R4), schemaorg a page's JSON-LD of each. Several files,
    so that --output is a folder or ends in .zip or .tar.gz: kgx has nodes and edges in the terms of
    Biolink, csv and parquet are tables that datapackage.json describes. The same graph gives the
    same bytes.

    A part is a --branch, what is --rare-by an authority, a list of --ids, or what meets all of
    these that are given. Where sources or licenses are chosen, conclusions are drawn again from
    what is left; a statement whose condition no chosen source describes, or joins to its record, is
    left out.

    \b
    Examples:
      disease-kg export --format trig --output graph.trig.gz
      disease-kg export --format jsonld --condition "focal dystonia"
      disease-kg export --format turtle --branch "dystonic disorder" > dystonia.ttl
      disease-kg export --format sssom -o mappings.sssom.tsv
      disease-kg export --format kgx -o disease-kg.tar.gz
      disease-kg export --format csv --rare-by nord --branch "dystonic disorder" -o tables
      disease-kg export --format fhir --ids my-conditions.csv -o bundle.json
      disease-kg export --format nquads --split 8 --output bulk/graph.nq.gz
      disease-kg export --license CC-BY-4.0 --attribution CREDITS.md -o open.ttl.gz
    """
    from .. import interchange, licensing, parts, selection
    from ..resolve import resolve

    if split and (format != "nquads" or output is None):
        raise click.UsageError("--split is for --format nquads, and needs --output FOLDER/NAME.nq")
    if condition and (branch or authorities or ids):
        raise click.UsageError("give --condition or --branch, not both; nor --rare-by or --ids")
    if condition and format in interchange.FORMATS:
        raise click.UsageError(f"--format {format} is of a --branch, or of all conditions")
    if format in interchange.FOLDERS and output is None:
        raise click.UsageError(f"{format} is several files: --output FOLDER, or NAME.zip")
    store = open_store(directory)
    staying = licensing.chosen(store, only, without, licenses, unlicensed)
    if only or without or licenses or unlicensed:
        Talk.progress(f"concluding from {len(staying)} sources again")
        store = licensing.restricted(store, staying)
    named = sorted({license for source in staying for license in source.licenses})
    Talk.say(f"Use it under the licenses of its sources: {', '.join(named)}")
    if credits:
        write(licensing.attribution(staying), credits)
    unknown = None
    if condition:
        chosen: Collection[str] | None = {found_condition(directory, condition, store)[1]}
    else:
        top = found_condition(directory, branch, store)[1] if branch else None
        lists = {resolve(store, one, "authority").value for one in authorities}
        listed, unknown = selection.identified(store, ids) if ids else (None, None)
        chosen = selection.chosen(store, top, lists, listed)
    if chosen is not None:
        Talk.progress(f"conditions: {len(chosen):,}")
    if split and output:
        parts.write(store, output, split, conditions=chosen, progress=Talk.progress)
    else:
        _export(store, format, chosen, output)
    if unknown:
        raise unknown


def _export(store: Store, format: str, chosen: Collection[str] | None, output: Path | None) -> None:
    """Write the chosen conditions, or everything, to a path or to standard output."""
    from .. import exports, interchange

    if format in interchange.FORMATS:
        if output:
            interchange.write_to(store, output, format, chosen)
        else:
            with writing(None) as stream:
                interchange.write(store, stream, format, chosen)
    elif output:
        exports.export_to(store, output, format, conditions=chosen, progress=Talk.progress)
    else:
        with writing(None) as stream:
            exports.export(store, stream, format, conditions=chosen, progress=Talk.progress)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 is every address.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes for pages."
)
@click.option(
    "--query-workers",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Processes for SPARQL, of each of those.",
)
@click.option(
    "--query-seconds",
    type=click.FloatRange(0.1),
    default=10,
    show_default=True,
    help="A query that takes longer is given up.",
)
@store_option
@volume_options
def serve(
    host: str,
    port: int,
    workers: int,
    query_workers: int,
    query_seconds: float,
    directory: Path | None,
) -> None:
    """Open a site over the graph: pages, hierarchy, linked data, a SPARQL endpoint, an API.

    It only reads, loads nothing from other hosts, and each query of a stranger has its limits of
    time and memory and no network.

    \b
    Examples:
      disease-kg serve
      disease-kg serve --host 0.0.0.0 --port 80 --workers 2
    """
    from ..server.serving import run
    from ..store import default_directory

    open_store(directory)
    os.environ["DISEASE_KG_STORE"] = str(directory or default_directory())
    os.environ["DISEASE_KG_QUERY_WORKERS"] = str(query_workers)
    os.environ["DISEASE_KG_QUERY_SECONDS"] = str(query_seconds)
    Talk.say(f"http://{host}:{port}/ (end with Ctrl+C)")
    run(host, port, workers, "warning" if Talk.level < 2 else "info")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base", default="", help="The path that the site will have on its host.")
@store_option
@volume_options
def site(folder: Path, base: str, directory: Path | None) -> None:
    """Write the whole site as files into FOLDER, for any web host.

    Every page, every condition's data as JSON-LD, and a search that runs in the browser. What
    needs a server is left out: SPARQL, the API, lists by several demands.

    \b
    Examples:
      disease-kg site public
      disease-kg site public --base /diseases
    """
    from ..server.static_site import write as write_site
    from ..store import default_directory

    open_store(directory)
    count = write_site(directory or default_directory(), folder, base, Talk.progress)
    Talk.progress(f"{count:,} pages in {folder}")


@click.command()
@store_option
@volume_options
def mcp(directory: Path | None) -> None:
    """Serve the graph as tools for a language-model client, on standard input and output.

    It needs the package mcp: pip install 'disease-kg[mcp]'.

    \b
    Example:
      disease-kg mcp --store ./graph
    """
    from ..store import default_directory

    open_store(directory)
    try:
        from ..server.tools import create
    except ModuleNotFoundError as error:
        raise DiseaseKGError(
            "the package mcp is not installed; pip install 'disease-kg[mcp]'"
        ) from error
    create(directory or default_directory()).run()
