"""What a page shows, section by section: rows chosen, charts measured; templates say it."""
