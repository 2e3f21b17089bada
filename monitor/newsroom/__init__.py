"""The newsroom's folder, data/*, to records and compiled tools, with every fault of every file at once. Reads that folder.

Imported by module: who wants the digests of the files compiles no topic.
"""
