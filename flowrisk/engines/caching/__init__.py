"""Results of selects kept between runs, and read again over the same files."""
