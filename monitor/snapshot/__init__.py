"""The vault to public.db: tables, redaction, search index, facets and summaries. The only SQL beside the vault's."""

from monitor.snapshot.build import snapshot

__all__ = ["snapshot"]
