"""Views to files: CSV, JSON Lines, Parquet, XLSX, Atom, each with its manifest. Reads the vault or the snapshot; writes files."""

from monitor.export.export import ExportRequest, export

__all__ = ["ExportRequest", "export"]
