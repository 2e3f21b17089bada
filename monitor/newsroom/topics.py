"""The topics of the newsroom's folder, compiled, with every fault of their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.errors import Fault
from monitor.judge.topics import Topic, compile_topic, topic_faults
from monitor.newsroom import compiled
from monitor.newsroom.digests import SHARED, topic_files
from monitor.newsroom.files import line_of, read_text, read_toml
from monitor.newsroom.shared_topics import shared_faults, with_shared
from monitor.text.forms import keep as keep_forms


def read_topics(folder: Path, faults: list[Fault]) -> tuple[Topic, ...]:
    """The topics of that folder, in the order of their files' names, those without a fault."""
    paths = topic_files(folder)
    shared = _shared([path for path in paths if path.parent != folder], faults)
    topics = [path for path in paths if path.parent == folder]
    if not topics:
        faults.append(Fault(str(folder), 1, "topics", "there is no topic here; a topic is a file NAME.toml"))
    keep_forms(compiled.kept_forms)
    key = compiled.key_of(paths)
    if kept := compiled.load(key):
        return kept
    before = len(faults)
    found: dict[str, Topic] = {}
    for path in topics:
        topic = _topic(path, shared, faults)
        if topic and topic.id in found:
            faults.append(Fault(str(path), 1, "id", f"{topic.id!r} is another file's id too; each topic has its own"))
        elif topic:
            found[topic.id] = topic
    if key and len(faults) == before and compiled.key_of(paths) == key:
        compiled.keep(key, tuple(found.values()))
    return tuple(found.values())


def _shared(paths: Sequence[Path], faults: list[Fault]) -> dict[str, Mapping[str, object] | None]:
    """What topics share, by the names of its files; None of a file with a fault."""
    found: dict[str, Mapping[str, object] | None] = {}
    for path in paths:
        text = read_text(path, faults)
        content = None if text is None else read_toml(path, text, faults)
        found[path.stem] = content
        if text is not None and content is not None and (wrong := shared_faults(content)):
            faults += [Fault(str(path), line_of(field, text), field, what) for field, what in wrong]
            found[path.stem] = None
    return found


def _topic(path: Path, shared: Mapping[str, Mapping[str, object] | None], faults: list[Fault]) -> Topic | None:
    text = read_text(path, faults)
    spec = None if text is None else read_toml(path, text, faults)
    if text is None or spec is None:
        return None
    whole, wrong = with_shared(spec, shared)
    faults += [Fault(str(path), line_of(field, text), field, what) for field, what in wrong]
    try:
        return compile_topic(whole.spec)
    except ValueError:
        for field, what in topic_faults(whole.spec, has_all_sets=whole.has_all_sets):
            name, at = whole.place(field)
            file = path.parent / SHARED / f"{name}.toml" if name else path
            fault = Fault(str(file), line_of(at, file.read_text("utf-8-sig") if name else text), at, what)
            if fault not in faults:
                faults.append(fault)  # a fault of what is shared is told once
        return None
