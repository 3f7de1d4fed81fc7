"""Commands that ask the graph: query, show, search, rarity, why, records."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import click

from ..errors import DiseaseKGError
from ..terminal import (
    format_option,
    found_condition,
    graph_options,
    limit_option,
    open_store,
    output_option,
    say_if_replaced,
    volume_options,
    write,
    writing,
)

_FORM = re.compile(
    r"\s*(?:#.*\n\s*)*(?:PREFIX|BASE|SELECT|ASK|CONSTRUCT|DESCRIBE)[\s<?$*]", re.IGNORECASE
)
"""How SPARQL begins, which may be without a brace."""

_RELATIONS = ("specialist", "site", "broader", "rare", "symptom")


@click.command()
@click.argument("query", required=False)
@click.argument("parameters", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--list", "listing", is_flag=True, help="List the named queries.")
@click.option("--describe", is_flag=True, help="Show a named query: parameters, columns, SPARQL.")
@click.option("--remote", is_flag=True, help="Let the query ask other hosts, by SERVICE.")
@format_option(*("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "jsonld", "rdfxml"))
@graph_options
@output_option
@volume_options
def query(
    query: str | None,
    parameters: tuple[str, ...],
    listing: bool,
    describe: bool,
    remote: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Ask a named QUERY with parameters, a file of SPARQL, SPARQL itself, or "-" for stdin.

    Rows are a table, csv, tsv, json or xml; triples are turtle, ntriples, jsonld or rdfxml.

    \b
    Examples:
      disease-kg query --list
      disease-kg query conditions-at-site site=larynx
      disease-kg query rare-according-to authority=orphanet --format csv > rare.csv
      disease-kg query 'SELECT (COUNT(*) AS ?n) { ?c a dkg:Condition }'
      echo 'ASK { obo:MONDO_0000477 dkg:specialist specialist:neurologist }' | disease-kg query -
    """
    from .. import queries, tables

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
        answer = queries.execute(store, sparql, remote)
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
    elif "{" in query or _FORM.match(query):
        name, read = "the query", lambda: os.fsencode(query)
    elif path.suffix in {".rq", ".sparql"} or os.path.isfile(path):  # noqa: PTH113 - raises nothing
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


@click.command()
@click.argument("condition")
@click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    help="The language of its names, such as es, where a source gives them.",
)
@click.option("--all", "whole", is_flag=True, help="Long lists to their end.")
@format_option("text", "markdown", "json", "jsonld", "turtle")
@graph_options
@output_option
@volume_options
def show(
    condition: str,
    language: str,
    whole: bool,
    format: str,
    directory: Path | None,
    output: Path | None,
) -> None:
    """Show the page of a CONDITION, by name, synonym or any identifier.

    \b
    Examples:
      disease-kg show "focal dystonia"
      disease-kg show GARD:6458
      disease-kg show ORPHA:93962 --format markdown > cervical-dystonia.md
    """
    from .. import pages
    from ..conditions import Condition

    store = open_store(directory)
    found = Condition.find(store, condition, language)
    say_if_replaced(condition, found.iri, found.label)
    if format in {"jsonld", "turtle"}:
        from ..exports import export as write_graph

        with writing(output) as stream:
            write_graph(store, stream, format, condition=found.iri)
        return
    if format == "json":
        said = {**found.as_dict(), "disclaimer": pages.DISCLAIMER}
        write(json.dumps(said, indent=2, ensure_ascii=False) + "\n", output)
        return
    as_page = pages.to_markdown if format == "markdown" else pages.to_text
    write(as_page(pages.page(store, found, whole)), output)


@click.command()
@click.argument("text")
@limit_option(20)
@click.option("--any", "anything", is_flag=True, help="Body sites, symptoms, … as well.")
@format_option("table", "tsv", "json")
@graph_options
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

    An identifier or a code finds what has it. People's conditions come before those of animals.

    \b
    Examples:
      disease-kg search "cervical dyst"
      disease-kg search blefarospasm
      disease-kg search ICD10CM:G24.3
    """
    from ..names import to_table
    from ..search import search as find

    found = find(open_store(directory), text, None if anything else "Condition", limit)
    write(to_table(found, format), output)
    if not found:
        click.echo(f"disease-kg: nothing is named like {text!r}", err=True)
        sys.exit(1)


@click.command()
@click.argument("condition", required=False)
@click.option("--disagreements", is_flag=True, help="What one says is rare and another is not.")
@click.option("--only", metavar="AUTHORITY", help="What this authority alone says is rare.")
@click.option(
    "--contradicted", is_flag=True, help="What is listed against the authority's own limit."
)
@format_option("table", "csv", "tsv", "json")
@graph_options
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
    from .. import queries, tables
    from .. import rarity as rarities

    if (condition is not None) + disagreements + (only is not None) + contradicted > 1:
        raise click.UsageError(
            "give a CONDITION, --disagreements, --only or --contradicted, one of them"
        )
    if condition is not None:
        store, iri = found_condition(directory, condition)
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


@click.command()
@click.argument("condition")
@click.argument("relation", type=click.Choice(_RELATIONS))
@click.argument("thing")
@format_option("text", "json")
@graph_options
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
    from .. import explain
    from ..resolve import resolve

    store, iri = found_condition(directory, condition)
    of = resolve(store, thing, explain.RELATIONS[relation].kind).value
    explanation = explain.explain(store, iri, relation, of)
    if format == "json":
        write(json.dumps(explanation.as_dict(), indent=2, ensure_ascii=False) + "\n", output)
    else:
        write(explain.to_text(explanation), output)
    if not explanation.reasons:
        click.echo(f"disease-kg: {explanation.silence}", err=True)
        sys.exit(1)


@click.command()
@click.argument("condition")
@format_option("table", "csv", "tsv", "json", "xml")
@graph_options
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
    from .. import queries, tables

    store, iri = found_condition(directory, condition)
    rows = queries.run(store, "records-of-condition", condition=f"<{iri}>")
    with writing(output) as stream:
        tables.write(rows, stream, format)
