"""The topic language, inflected forms, and the verdict with its reasons. Pure; knows no outlet, file or clock."""

from monitor.judge.gate import Gate
from monitor.judge.lexicon_forms import lexicon_forms
from monitor.judge.places import Gazetteer, compile_places, find_places
from monitor.judge.query import Query, Record, compile_query
from monitor.judge.topics import Topic, compile_topic, topic_faults
from monitor.judge.verdict import judge
from monitor.text.forms import forms

__all__ = [
    "Gate",
    "Gazetteer",
    "Query",
    "Record",
    "Topic",
    "compile_places",
    "compile_query",
    "compile_topic",
    "find_places",
    "forms",
    "judge",
    "lexicon_forms",
    "topic_faults",
]
