"""What is told to whom: articles, shared texts, gaps; to chats, mailboxes, feeds. Reads the vault; writes its outbox."""
