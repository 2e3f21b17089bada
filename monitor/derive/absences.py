"""Which articles are not there any more: the looks that a run took, held against what is known of each article and of its host.
Writes through the vault.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

from monitor.expect.absences import KINDS, Look, follow, is_site_wide
from monitor.vault import NewLook, Store


def update_absences(store: Store) -> None:
    """Store what the looks since the last time say of each article's absence.

    The looks at a host are taken together: where most found no article, that is an outage or a block of the host.
    """
    found = store.new_looks()
    by_host: defaultdict[str, list[NewLook]] = defaultdict(list)
    for look in found:
        by_host[look.host].append(look)
    with store.as_one():
        for looks in by_host.values():
            _follow_host(store, looks)
        store.forget_new_looks(found)


def _follow_host(store: Store, looks: list[NewLook]) -> None:
    newest = {look.article: look for look in looks}.values()
    there = sum(look.way is None for look in newest)
    site_wide = is_site_wide(sum(look.way is not None and KINDS[look.way] != "delisted" for look in newest), there)
    for article, of_one in groupby(
        sorted(looks, key=lambda look: (look.article, look.at, look.fetch)), lambda look: look.article
    ):
        absence = store.absence(article)
        for look in of_one:
            since = absence.since if absence and absence.state != "returned" else look.at
            following = follow(
                absence,
                Look(
                    look.at, look.way, store.others_there(article, look.host) if look.way else None, site_wide,
                    store.is_listed(article, since) if look.way else None,
                ),
                store.there_before(article, look.at),
            )  # fmt: skip
            if following and following != absence:
                store.save_absence(article, absence, following, look.fetch)
            absence = following
