"""What follows from the vault: stories and first reports, and the verbs that compute it anew. Writes through the vault."""
