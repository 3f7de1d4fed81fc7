"""The command `disease-kg`; data to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress

import click

from . import __version__
from .commands import asking, comparing, diagnosing, making, publishing, walking
from .errors import DiseaseKGError
from .terminal import Talk


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


for _module in (making, asking, walking, diagnosing, comparing, publishing):
    for _command in vars(_module).values():
        if isinstance(_command, click.Command):
            cli.add_command(_command)


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
