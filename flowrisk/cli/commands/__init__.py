"""One command a file: parse, ask, print; no arithmetic."""
