"""Data derived from the vault: copies, stories, first reports, edits, absences; and the verbs that recompute it. Writes the
vault.
"""
