"""Documentation against the program: docs/commands.md is made from the command line, docs/glossary.md from
data/site/glossary.toml, and all other documents must agree.

python docs/reference.py            writes both
python docs/reference.py --check    exits 1, naming each place where a document says other than the program does
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.cli import main as cli
from monitor.model import Outcome

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "commands.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
VARIABLE = re.compile(r"\bMONITOR_[A-Z_]+\b")


def commands() -> str:
    """docs/commands.md: the help of every verb, as the program prints it."""
    parts = ["# Commands\n\nMade by `python docs/reference.py` from the program itself; `make check` fails when they differ.\n"]
    context = click.Context(cli, info_name="monitor", **cli.context_settings)
    parts.append(f"## monitor\n\n```\n{cli.get_help(context)}\n```\n")
    for name in cli.list_commands(context):
        inner = click.Context(cli.get_command(context, name), parent=context, info_name=name, **cli.context_settings)
        parts.append(f"## monitor {name}\n\n```\n{cli.get_command(context, name).get_help(inner)}\n```\n")
    return "\n".join(parts)


def glossary() -> str:
    """docs/glossary.md: the words of data/site/glossary.toml, of which the site has a page too, by the alphabet."""
    terms = tomllib.loads((ROOT / "data" / "site" / "glossary.toml").read_text("utf-8"))["term"]
    rows = [f"| {term['word']} | {term['means']} |\n" for term in sorted(terms, key=lambda term: str(term["word"]).lower())]
    return (
        "# Glossary\n\nThe words of the program, its files and its site, whose readers find theirs at `/-/glossary`.\n"
        "Where a word is the field's own, it means here what it means there. Made by `python docs/reference.py` from\n"
        "`data/site/glossary.toml`.\n\n| word | what it means here |\n|---|---|\n" + "".join(rows)
    )


def faults() -> Iterator[str]:
    """Every place where a document and the program disagree."""
    if not COMMANDS.exists() or COMMANDS.read_text("utf-8") != commands():
        yield "docs/commands.md: is not what the program says; run `python docs/reference.py`"
    if not GLOSSARY.exists() or GLOSSARY.read_text("utf-8") != glossary():
        yield "docs/glossary.md: is not what data/site/glossary.toml says; run `python docs/reference.py`"
    documents = {path: path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}
    for path, text in documents.items():
        for fault in document_faults(path, text):
            yield f"{path.relative_to(ROOT)}: {fault}"
    yield from variable_faults("\n".join(documents.values()))
    outcomes = (ROOT / "docs" / "outcomes.md").read_text("utf-8")
    yield from (f"docs/outcomes.md: the outcome `{o.value}` is not explained" for o in Outcome if f"`{o.value}`" not in outcomes)


def document_faults(path: Path, text: str) -> Iterator[str]:
    """Verbs, targets and links of one document that are not there."""
    # Verbs and targets in code alone: "monitor" and "make" are English words too. Links outside of it.
    blocks = re.compile(r"```.*?```|^ {4}[^\n]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
    code, prose = "\n".join(blocks.findall(text)), blocks.sub("", text)
    verbs = re.findall(r"(?:^|[`\s/])monitor ([a-z]+)\b", code)
    yield from (f"`monitor {verb}`: there is no such verb" for verb in verbs if cli.get_command(click.Context(cli), verb) is None)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"\bmake ([a-z]+)\b", code)
    yield from (f"`make {t}`: there is no such target" for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE))
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
    yield from (f"the link to {link} leads nowhere" for link in links if not (path.parent / link).exists())


def variable_faults(documented: str) -> Iterator[str]:
    """Environment variables and settings that are read and not documented, or the other way round."""
    program = "\n".join(p.read_text("utf-8") for folder in ("monitor", "spiders") for p in (ROOT / folder).rglob("*.py"))
    read, told = set(VARIABLE.findall(program)), set(VARIABLE.findall(documented))
    yield from (f"docs: {name} is read by the program and documented nowhere" for name in sorted(read - told))
    yield from (f"docs: {name} is documented and read nowhere" for name in sorted(told - read))


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        found = list(faults())
        print("\n".join(found) or "documentation: agrees with the program")
        sys.exit(bool(found))
    COMMANDS.write_text(commands(), "utf-8")
    GLOSSARY.write_text(glossary(), "utf-8")
