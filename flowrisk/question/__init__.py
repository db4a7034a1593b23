"""What is asked: parsed, settled, matched against the data, loaded as tables that SQL joins to."""
