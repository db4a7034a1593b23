"""What runs SQL: one file an engine, one shape; nothing above knows which one answers."""
