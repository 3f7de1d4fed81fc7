"""What no publisher's file has more of: bytes, depth, seconds. What has, is refused.

A file that is larger than all known ones can be let in: DISEASE_KG_MAX_BYTES is the number of its
bytes, once decompressed. Everything else is far above what any format needs.
"""

from __future__ import annotations

import os

MAX_BYTES = int(os.environ.get("DISEASE_KG_MAX_BYTES") or 2_000_000_000)
"""No publisher's file is larger once decompressed (the largest, HPOA's or Mondo's, have 200 MB)."""

MAX_RATIO = 100
"""No publisher's file shrinks to less than a hundredth (the most is a 26th); a bomb does."""

GRACE = 1_000_000
"""So many bytes may come of any file, whatever its size: short ones may repeat themselves."""

MAX_LINE = 1_000_000
"""No line of a publisher's table or flat file has more bytes (the longest has some 20,000)."""

MAX_DEPTH = 200
"""No XML nests deeper (the deepest classification of Orphanet has some 60 levels of elements)."""

MAX_ELEMENTS = 5_000_000
"""No record of an XML file has more elements: it is held in memory, whole."""

MAX_TRIPLE_TERMS = 100
"""So many triples may be terms of triples in one statement; parsers go down into each."""

MAX_SECONDS = 3_600
"""No download takes longer: a server that sends a byte now and then is not waited for."""
