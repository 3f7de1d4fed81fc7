"""Read by every Python that the tests start: it has no network either."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path

_here = Path(__file__).resolve().parent
_spec = importlib.util.spec_from_file_location("offline", _here.parent / "offline.py")
assert _spec is not None and _spec.loader is not None
_offline = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_offline)
_offline.install()

# What else is named so on the path, which this file hides, is to be read as well.
_rest = [entry for entry in sys.path if entry and Path(entry).resolve() != _here]
_hidden = importlib.machinery.PathFinder.find_spec("sitecustomize", _rest)
if _hidden is not None and _hidden.loader is not None:
    _hidden.loader.exec_module(importlib.util.module_from_spec(_hidden))
