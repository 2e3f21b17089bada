"""Documentation against the program: docs/commands.md is made from the command line itself, and README, docs and files must agree.

    python docs/reference.py            writes docs/commands.md
    python docs/reference.py --check    exits 1, naming each place where a document says other than the program does
"""

import re
import sys
from pathlib import Path

import click

from monitor.cli import main as cli
from monitor.model import Outcome

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "docs" / "commands.md"


def commands() -> str:
    """docs/commands.md: the help of every verb, as the program prints it."""
    parts = ["# Commands\n\nMade by `python docs/reference.py` from the program itself; `make check` fails when they differ.\n"]
    context = click.Context(cli, info_name="monitor", **cli.context_settings)
    parts.append(f"## monitor\n\n```\n{cli.get_help(context)}\n```\n")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = click.Context(command, parent=context, info_name=name, **cli.context_settings)
        parts.append(f"## monitor {name}\n\n```\n{command.get_help(inner)}\n```\n")
    return "\n".join(parts)


def faults() -> list[str]:
    """Every place where a document and the program disagree."""
    found = []
    if not COMMANDS.exists() or COMMANDS.read_text("utf-8") != commands():
        found.append("docs/commands.md: is not what the program says; run `python docs/reference.py`")
    documents = {path: path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}
    verbs = set(cli.commands)
    for path, text in documents.items():
        name = path.relative_to(ROOT)
        # In code alone: "monitor" is an English word too.
        code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
        for verb in re.findall(r"(?:^|[`\s/])monitor ((?!crawl-)[a-z]+)\b", code):
            if verb not in verbs:
                found.append(f"{name}: `monitor {verb}`: there is no such verb")
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            if not (path.parent / target).exists():
                found.append(f"{name}: the link to {target} leads nowhere")
        for target in re.findall(r"\bmake ([a-z]+)\b", code):
            if not re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
                found.append(f"{name}: `make {target}`: there is no such target")
    everything = "\n".join(documents.values())
    program = "\n".join(p.read_text("utf-8") for folder in ("monitor", "spiders") for p in (ROOT / folder).rglob("*.py"))
    for variable in sorted(set(re.findall(r"\bMONITOR_[A-Z_]+\b", program))):
        if variable not in everything:
            found.append(f"docs: {variable} is read by the program and documented nowhere")
    for variable in sorted(set(re.findall(r"\bMONITOR_[A-Z_]+\b", everything))):
        if variable not in program:
            found.append(f"docs: {variable} is documented and read nowhere")
    outcomes = documents.get(ROOT / "docs" / "outcomes.md", "")
    found += [f"docs/outcomes.md: the outcome `{o.value}` is not explained" for o in Outcome if f"`{o.value}`" not in outcomes]
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        problems = faults()
        print("\n".join(problems) or "documentation: agrees with the program")
        sys.exit(bool(problems))
    COMMANDS.write_text(commands(), "utf-8")
