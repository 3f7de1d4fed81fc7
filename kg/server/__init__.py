"""The site: pages, linked data, a SPARQL endpoint and a small API over one store, read-only.

- `app` puts it together, `serving` listens; `headers` are what every answer carries.
- Which address answers what: `browsing` (lists and searches), `linked_data` (one thing each),
  `api` (JSON), `schemes` (other nomenclatures' hierarchies), `protocol` (SPARQL). They share
  `parameters`, `negotiation` and `status`.
- `views` has the pages by subject, `rendering` makes HTML of their `templates/`. Parts of pages are
  `links`, `charts`, `said` (what a visitor answered) and `editor` (of SPARQL).
- `site` is what all of them share, with `people` and `authorities`: read or counted only once.
- `answers` has the same as plain values, for `api` and for `tools`, which language models call.
- `workers` evaluate the SPARQL of strangers, each in a `sandbox`.
- `static_site` writes all pages as files, for hosts without a server.
"""
