"""From `monitor export all -o DIR` to three pictures, with DuckDB, pandas and matplotlib:

    monitor export all -o export
    python docs/examples/three_pictures.py export pictures

Each picture is a query of a few lines: change it to ask something else. docs/research.md says what the numbers mean.
"""

import sys
from pathlib import Path

import duckdb
import matplotlib as mpl
import pandas as pd

mpl.use("Agg")  # into files, without a screen

# Articles, and distinct texts: one text that ten outlets carry is one report, and not ten.
WEEKS = """
SELECT week, count(*) AS articles, count(DISTINCT CASE WHEN copy_group IS NULL THEN article ELSE copy_group END) AS texts
FROM coverage WHERE week IS NOT NULL GROUP BY week ORDER BY week
"""
# A list of CSV is `a; b`: an article about two regions counts in both. Those that do not say where are a row of their own.
REGIONS = """
SELECT coalesce(region, 'not said') AS region, count(DISTINCT article) AS articles
FROM (SELECT article, unnest(coalesce(string_split(regions, '; '), [NULL])) AS region FROM coverage)
GROUP BY 1 ORDER BY articles DESC, 1 LIMIT 15
"""
# Beside each count stands what it is a count of: an outlet that nobody could see published nothing that is here.
SEEN = """
SELECT outlet, CAST(sum(hours) FILTER (state IN ('polled', 'unchanged', 'silent')) AS BIGINT) AS seen,
    CAST(sum(hours) FILTER (state NOT IN ('polled', 'unchanged', 'silent')) AS BIGINT) AS not_seen
FROM ledger GROUP BY outlet ORDER BY outlet
"""


def loaded(folder: Path) -> duckdb.DuckDBPyConnection:
    """The tables of an export, with the types that its package names: `load.sql` reads the files beside it."""
    db = duckdb.connect()
    db.execute("SET file_search_path = $folder", {"folder": str(folder)})
    db.execute((folder / "load.sql").read_text(encoding="utf-8"))
    return db


def drawn(db: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """What each picture shows, by its name."""
    weeks = db.execute(WEEKS).df().set_index("week")
    regions = db.execute(REGIONS).df().set_index("region")
    seen = db.execute(SEEN).df().set_index("outlet").fillna(0)
    return {"weeks": weeks, "regions": regions, "seen": seen}


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    with loaded(source) as db:
        for name, table in drawn(db).items():
            kind = "bar" if name == "weeks" else "barh"
            axes = table.plot(kind=kind, stacked=name == "seen", figsize=(8, 5), title=name)
            axes.figure.tight_layout()
            axes.figure.savefig(target / f"{name}.png", dpi=150)
            print(f"{target / name}.png: {len(table)} rows, {int(table.to_numpy().sum())} in all")


if __name__ == "__main__":
    main()
