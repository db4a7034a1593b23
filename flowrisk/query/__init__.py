"""SQL of the user's own: read-only, bounded, over the views of one question."""
