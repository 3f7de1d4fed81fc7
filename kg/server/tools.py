"""The graph as tools for language-model clients: https://modelcontextprotocol.io."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from .. import __version__
from ..asker import Asker
from ..errors import DiseaseKGError
from ..pages import DISCLAIMER
from ..store import Store
from . import answers
from .workers import Limits, Pool, Question

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def _telling(tool: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """Let a client read what went wrong, which the protocol's library would keep from it."""

    @wraps(tool)
    def telling(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        try:
            return tool(*args, **kwargs)
        except DiseaseKGError as error:
            raise ToolError(str(error)) from error

    return telling


def create(directory: Path) -> MCPServer:
    """Return a server of tools over the store in a folder; raises MissingStore, StoreError."""
    store = Store.open(directory)
    server = MCPServer("disease-kg", instructions=DISCLAIMER, version=__version__)
    assert store.folder is not None
    asker = Asker(store)
    pool = Pool(store.folder / "graph", 1, Limits())

    @server.tool()
    @_telling
    def search(text: str, limit: int = 10) -> list[dict[str, Any]]:
        """Find conditions, symptoms, body sites and specialists by name, misspelt or not."""
        return answers.search(store, text, min(max(limit, 1), 100))

    @server.tool()
    @_telling
    def condition(name: str) -> dict[str, Any]:
        """Everything that is known of a condition, each statement with its source.

        `name` is a name or any identifier: MONDO:0000477, ORPHA:93962, OMIM:607131.
        """
        return answers.condition(store, name)

    @server.tool()
    @_telling
    def tree(name: str) -> dict[str, Any]:
        """The direct broader and narrower types of a condition."""
        return answers.tree(store, name)

    @server.tool()
    @_telling
    def rarity(name: str) -> dict[str, Any]:
        """What each authority says of a condition's rarity. Silence never means "not rare"."""
        return answers.rarity(store, name)

    @server.tool()
    @_telling
    def conditions(
        among: str = "", symptom: str = "", site: str = "", specialist: str = "",
        authority: str = "", limit: int = 100,
    ) -> dict[str, Any]:  # fmt: skip
        """Conditions that meet every demand; `authority` is one that lists them as rare."""
        demands = {
            "among": among,
            "symptom": symptom,
            "site": site,
            "specialist": specialist,
            "authority": authority,
        }
        found = answers.conditions(store, demands)
        return {"total": len(found), "conditions": answers.listed(found[: max(limit, 1)])}

    @server.tool()
    @_telling
    def symptoms(text: str, limit: int = 10) -> list[dict[str, Any]]:
        """Terms of the Human Phenotype Ontology that plain words may mean."""
        return answers.symptoms(store, text, min(max(limit, 1), 50))

    @server.tool()
    @_telling
    def differential(
        present: list[str], absent: list[str] | None = None, limit: int = 10,
        helped: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Conditions that findings, by name or HP identifier, speak for, each with the reasons.

        None where help is needed at once, unless `helped` says that it is there.
        """
        limit = min(max(limit, 1), 100)
        return answers.differential(asker, present, absent or [], "likelihood", limit, helped)

    @server.tool()
    @_telling
    def next_question(
        said: list[str], yes: list[str] | None = None, no: list[str] | None = None,
        unknown: list[str] | None = None, helped: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """The question that would tell the likely conditions apart best, after some answers.

        None where help is needed at once, unless `helped` says that it is there.
        """
        so_far = answers.interview(asker, said, yes or [], no or [], unknown or [], helped=helped)
        return answers.next_question(so_far, 10)

    @server.tool()
    @_telling
    def query(sparql: str) -> str:
        """The answer to SPARQL as JSON, or as Turtle; the prefixes of the graph are declared."""
        return pool.ask(Question(sparql)).content.decode()

    return server
