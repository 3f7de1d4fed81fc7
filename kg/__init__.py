"""disease-kg: a knowledge graph of diseases, each statement with its source.

>>> from kg import DiseaseKG
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Condition", "DiseaseKG", "DiseaseKGError", "Store", "__version__"]

if TYPE_CHECKING:
    from .api import DiseaseKG
    from .conditions import Condition
    from .errors import DiseaseKGError
    from .store import Store

_HOMES = {
    "Condition": "conditions",
    "DiseaseKG": "api",
    "DiseaseKGError": "errors",
    "Store": "store",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that no command pays for the others."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
