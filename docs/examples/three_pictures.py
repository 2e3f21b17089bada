"""A notebook: from `monitor export all -o export` to three pictures, with DuckDB, pandas and matplotlib.

    marimo edit docs/examples/three_pictures.py -- --export export

Each picture is a query of a few lines: change it to ask something else. docs/research.md says what the numbers mean.
"""

import marimo

app = marimo.App(app_title="Three pictures of an export")

with app.setup:
    from pathlib import Path

    import duckdb
    import marimo as mo


@app.cell
def _():
    # The tables of the export, with the types that its package names: `load.sql` reads the files beside it.
    export = Path(mo.cli_args().get("export") or "export").resolve()
    tables = duckdb.connect()
    tables.execute("SET file_search_path = $folder", {"folder": str(export)})
    tables.execute((export / "load.sql").read_text(encoding="utf-8"))
    return export, tables


@app.cell
def _(export):
    mo.md(f"""
    # Three pictures of `{export.name}`

    An article that ten outlets carry word for word is one report, and not ten: the first picture counts both. Beside each count
    stands what it is a count of: an outlet that nobody could see published nothing that is here.
    """)


@app.cell
def _(tables):
    weeks = (
        tables.sql("""
        SELECT week, count(*) AS articles, count(DISTINCT coalesce(copy_group, article)) AS texts
        FROM coverage WHERE week IS NOT NULL GROUP BY week ORDER BY week
    """)
        .df()
        .set_index("week")
    )
    weeks.plot(kind="bar", figsize=(8, 5), title="Articles a week, and texts that differ")
    return (weeks,)


@app.cell
def _(tables):
    # A list of CSV is `a; b`: an article about two regions counts in both. Those that do not say where are a row of their own.
    regions = (
        tables.sql("""
        SELECT coalesce(region, 'not said') AS region, count(DISTINCT article) AS articles
        FROM (SELECT article, unnest(coalesce(string_split(regions, '; '), [NULL])) AS region FROM coverage)
        GROUP BY 1 ORDER BY articles DESC, 1 LIMIT 15
    """)
        .df()
        .set_index("region")
    )
    regions.plot(kind="barh", figsize=(8, 5), title="Articles by region")
    return (regions,)


@app.cell
def _(tables):
    seen = (
        tables.sql("""
        SELECT outlet, CAST(sum(hours) FILTER (state IN ('polled', 'unchanged', 'silent')) AS BIGINT) AS seen,
            CAST(sum(hours) FILTER (state NOT IN ('polled', 'unchanged', 'silent')) AS BIGINT) AS not_seen
        FROM ledger GROUP BY outlet ORDER BY outlet
    """)
        .df()
        .set_index("outlet")
        .fillna(0)
    )
    seen.plot(kind="barh", stacked=True, figsize=(8, 5), title="Hours in which each outlet was seen, and not")
    return (seen,)


if __name__ == "__main__":
    app.run()
