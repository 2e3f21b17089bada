"""Alerts: sends new articles, shared texts, edits, removals and gaps to chats, mailboxes and feeds. Reads the vault; writes
the outbox.
"""
