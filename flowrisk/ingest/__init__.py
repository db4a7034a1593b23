"""Real-world files read into one shape: one module a format, each with ``read(path, hints)``.

Parsers live in the module named after their format and return ``parsed.Parsed``; none of them
writes, resolves identifiers to securities or knows the dataset.
"""
