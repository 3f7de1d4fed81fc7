"""The site: pages, linked data, a SPARQL endpoint and a small API over one store, read-only."""
