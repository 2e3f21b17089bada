"""What a vault's tables are: the steps by which they came, in order, and the tables by subject with what their columns hold.

Nothing here is ever edited: a migration that was released stays as it is.
"""
