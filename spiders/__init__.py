"""The spiders: which addresses each fetches, and the callbacks of its responses."""
