"""Paragraphs that several answers share, each about one subject: numbers in words, no markup."""
