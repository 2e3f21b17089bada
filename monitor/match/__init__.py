"""Matching: which addresses are one page, which texts are copies, which articles tell one story. Pure: no network, files or
clock.
"""

from monitor.match.addresses import keep_addresses
from monitor.match.copies import compare, fingerprint, group_copies, kind_of_same
from monitor.match.embedding import Embedding
from monitor.match.features import NAMES_HEAD, StoryItem, features, unpack, written
from monitor.match.history import StoryEvent, decides, story_events
from monitor.match.likeness import WINDOW
from monitor.match.stories import (
    STAYS,
    Known,
    Member,
    connected,
    group_part,
    group_stories,
    new_pairs,
    reasons,
    rules_digest,
)
from monitor.match.urls import address_key, article_id, url_identity
from monitor.match.vocabulary import Vocabulary, shipped, stems

__all__ = [
    "NAMES_HEAD",
    "STAYS",
    "WINDOW",
    "Embedding",
    "Known",
    "Member",
    "StoryEvent",
    "StoryItem",
    "Vocabulary",
    "address_key",
    "article_id",
    "compare",
    "connected",
    "decides",
    "features",
    "fingerprint",
    "group_copies",
    "group_part",
    "group_stories",
    "keep_addresses",
    "kind_of_same",
    "new_pairs",
    "reasons",
    "rules_digest",
    "shipped",
    "stems",
    "story_events",
    "unpack",
    "url_identity",
    "written",
]
