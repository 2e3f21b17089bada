"""Which addresses are one address, which texts one text, which articles one story. Pure: no network, files or clock."""

from monitor.match.addresses import keep_addresses
from monitor.match.copies import compare, fingerprint, group_copies, kind_of_same
from monitor.match.features import NAMES_HEAD, StoryItem
from monitor.match.stories import group_stories
from monitor.match.urls import address_key, article_id, url_identity
from monitor.match.vocabulary import LANGUAGES as WEIGHED
from monitor.match.vocabulary import Vocabulary, stems

__all__ = [
    "NAMES_HEAD",
    "WEIGHED",
    "StoryItem",
    "Vocabulary",
    "address_key",
    "article_id",
    "compare",
    "fingerprint",
    "group_copies",
    "group_stories",
    "keep_addresses",
    "kind_of_same",
    "stems",
    "url_identity",
]
