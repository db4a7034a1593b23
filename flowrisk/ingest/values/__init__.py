"""What a cell says: numbers, days, identifiers and kinds of positions, whatever file it is of."""
