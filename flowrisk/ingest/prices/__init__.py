"""Daily prices: the layouts they come in, and what is doubted beside those known."""
