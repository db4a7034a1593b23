"""Frames turned into numbers for SVG; each file feeds the template of its name."""
