"""The pages of the site as HTML, a module for each subject.

Each function reads what its page shows from the site's store and puts it into a template of
`templates/`. Other nomenclatures' hierarchies and the page of the SPARQL endpoint stand with their
addresses, in `schemes` and `protocol`.
"""

from . import asking, condition, disagreements, front, lists, sources, thing, tree

__all__ = ["asking", "condition", "disagreements", "front", "lists", "sources", "thing", "tree"]
