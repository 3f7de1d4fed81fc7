"""What all pages over one store share: the templates, and what is read or counted only once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ..alarms import Alarms
from ..asker import Asker
from ..hierarchy import Hierarchy
from ..interview import Interview
from ..store import Store
from . import rendering
from .authorities import Authorities
from .people import People


class Site:
    """The site over one store; `views` makes its pages.

    With a `base`, which may be empty, they are for a host of files at that path, and offer nothing
    that needs a server.
    """

    def __init__(self, store: Store, base: str | None = None) -> None:
        self.store = store
        self.base = base or ""
        self.hierarchy = Hierarchy.of(store)
        self.people = People(store)
        self.authorities = Authorities(store)
        self.kept: dict[str, bytes] = {}
        self._templates = rendering.environment(base)

    def render(self, template: str, **values: Any) -> str:
        """Return a page."""
        return self._templates.get_template(template).render(**values)

    def warm(self) -> None:
        """Read what takes seconds before the first visitor asks for it."""
        len(self.authorities.disagreements)
        Interview(self.asker).question()

    @cached_property
    def asker(self) -> Asker:
        """What asks the questions."""
        return Asker(self.store)

    @cached_property
    def alarms(self) -> Alarms:
        """What is a reason to seek help at once."""
        return self.store.once(Alarms)
