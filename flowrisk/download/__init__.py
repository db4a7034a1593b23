"""Public files brought to this machine: the one chapter that opens a connection."""
