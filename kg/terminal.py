"""What the commands share: their options, how they talk, the store they open, where they write."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

import click

from .errors import DiseaseKGError, UnknownFormat
from .output import replacing
from .releases import located

if TYPE_CHECKING:
    from .store import Store

_ENDPOINT = "disease-kg.endpoint"
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Talk:
    """What the command says beside its data, on standard error: "quiet" says errors only."""

    level = 1
    started = time.monotonic()

    @classmethod
    def say(cls, message: str) -> None:
        """Say a sentence, unless the command is to be quiet."""
        if cls.level > 0:
            click.echo(message, err=True)

    @classmethod
    def progress(cls, message: str) -> None:
        """Say what begins now, and how long the command has been running."""
        cls.say(f"{time.monotonic() - cls.started:6.1f} s  {message}")


def _volume(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        Talk.level = 0 if parameter.name == "quiet" else 2


def volume_options(command: _Command) -> _Command:
    """Add the options that every command has."""
    quiet = click.option(
        "--quiet", is_flag=True, expose_value=False, callback=_volume, help="Say errors only."
    )
    verbose = click.option(
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_volume,
        help="Show a traceback on errors.",
    )
    return quiet(verbose(command))


class Located(click.Path):
    """A path as click has it, or that of the release of a name."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path; raises UnknownRelease."""
        return super().convert(located(value) if isinstance(value, str) else value, param, ctx)


store_option = click.option(
    "--store",
    "directory",
    type=Located(path_type=Path, file_okay=False),
    metavar="FOLDER|RELEASE",
    envvar="DISEASE_KG_STORE",
    show_envvar=True,
    help="The graph: its folder or the name of a release. By default it is in the user's data "
    "folder, and built when missing, as that of the environment is.",
)
_endpoint_option = click.option(
    "--endpoint",
    metavar="URL",
    envvar="DISEASE_KG_ENDPOINT",
    show_envvar=True,
    expose_value=False,
    callback=lambda context, parameter, value: _remember(context, value),
    help="Ask a SPARQL 1.1 endpoint that holds the graph, instead of a folder.",
)


def _remember(context: click.Context, url: str | None) -> None:
    """Keep an endpoint's address for `open_store`."""
    context.meta[_ENDPOINT] = url


def graph_options(command: _Command) -> _Command:
    """Add the options that say where the graph is: --store or --endpoint."""
    return store_option(_endpoint_option(command))


output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file instead of standard output.",
)


def limit_option(default: int) -> Callable[[_Command], _Command]:
    """Return the option --limit."""
    return click.option(
        "--limit",
        type=click.IntRange(1),
        default=default,
        show_default=True,
        help="At most so many.",
    )


def format_option(*names: str) -> Callable[[_Command], _Command]:
    """Return the option --format with these names, the first the default."""
    return click.option(
        "--format",
        "-f",
        "format",
        default=names[0],
        metavar="|".join(names),
        show_default=True,
        callback=lambda context, parameter, value: _known_format(value, names),
    )


def _known_format(name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UnknownFormat(name, known)
    return name


def open_store(directory: Path | None) -> Store:
    """Open the store, or that at an endpoint; where there is none yet, it is built first.

    What is written with --store is not built, as it may be mistyped: raises MissingStore.
    """
    from .store import Store, default_directory

    if url := _endpoint():
        from .endpoint import Endpoint

        return Endpoint(url)
    chosen = directory or default_directory()
    if _is_free(chosen) and not _is_written("directory"):
        from .build import build

        Talk.say(f"No graph in {chosen} yet; building the embedded one.")
        build(chosen, progress=Talk.progress)
    return Store.open(chosen)


def _endpoint() -> str | None:
    """Return the address of the endpoint to ask; what is written in the command goes first.

    Raises UsageError for a command that has a folder as well.
    """
    context = click.get_current_context(silent=True)
    if context is None or not context.meta.get(_ENDPOINT):
        return None
    if not _is_written("directory"):
        return str(context.meta[_ENDPOINT])
    if _is_written("endpoint"):
        raise click.UsageError("give --store or --endpoint, not both")
    return None


def _is_written(option: str) -> bool:
    """Return whether an option is in the command itself, not in the environment."""
    context = click.get_current_context(silent=True)
    source = context.get_parameter_source(option) if context else None
    return source is click.core.ParameterSource.COMMANDLINE


def _is_free(directory: Path) -> bool:
    """Return whether a folder is missing, or has nothing but what builds left that were killed."""
    if not directory.is_dir():
        return True
    return all(inside.name.startswith("build-") for inside in directory.iterdir())


@contextmanager
def writing(output: Path | None) -> Iterator[BinaryIO]:
    """Open the output for bytes: a file written beside and put in place, or standard output."""
    try:
        if output is None:
            screen = sys.stdout.isatty()
            yield cast(BinaryIO, Screen(sys.stdout.buffer) if screen else sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with replacing(output) as stream:
                yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        where = "standard output" if output is None else str(output)
        raise DiseaseKGError(f"{where} cannot be written: {error.strerror or error}") from error


class Screen:
    """A terminal that is not commanded by what is written: names may hold escape sequences."""

    _CONTROL = re.compile(
        rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]"
    )

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        """Write bytes of UTF-8, a question mark for each control character but tab and line feed.

        >>> import io
        >>> shown = io.BytesIO()
        >>> _ = Screen(shown).write(b"dys\\x1b[31mtonia\\n")
        >>> shown.getvalue()
        b'dys?[31mtonia\\n'
        """
        self._stream.write(self._CONTROL.sub(b"?", data))
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Write lines, each with its end."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Hand on what was written."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Return whether it is a terminal, whose width a table keeps to."""
        return self._stream.isatty()


def write(text: str, output: Path | None) -> None:
    """Write a text to a file or standard output."""
    with writing(output) as stream:
        stream.write(text.encode("utf-8"))


def found_condition(
    directory: Path | None, text: str, store: Store | None = None
) -> tuple[Store, str]:
    """Return the store, opened if it is not yet, and the IRI of a condition in it.

    It is said of a withdrawn one that it is, or by what it is replaced.
    """
    import pyoxigraph as ox

    from .hierarchy import Hierarchy
    from .identifiers import compress
    from .resolve import resolve
    from .vocabulary import OWL

    store = open_store(directory) if store is None else store
    iri = resolve(store, text, "condition").value
    label = Hierarchy.of(store).label(iri)
    say_if_replaced(text, iri, label)
    if any(store.find(ox.NamedNode(iri), ox.NamedNode(OWL.deprecated))):
        Talk.say(f"{compress(iri)} ({label}) is withdrawn, and nothing in force replaces it.")
    return store, iri


def say_if_replaced(text: str, iri: str, label: str) -> None:
    """Say that a withdrawn identifier was asked for, and what is shown instead."""
    from .identifiers import compress, try_parse_curie

    asked, found = try_parse_curie(text), compress(iri)
    if asked and found and asked != found and asked.split(":")[0] == found.split(":")[0]:
        Talk.say(f"{asked} is withdrawn; {found} ({label}) replaces it.")


def in_ascii(output: Path | None) -> bool:
    """Return whether the output cannot show more than ASCII."""
    encoding = sys.stdout.encoding if output is None else "utf-8"
    return not (encoding or "").lower().startswith("utf")
