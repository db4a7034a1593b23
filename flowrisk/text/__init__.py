"""An answer in words, as a terminal and a note say it: one file a command."""
