"""What each command computes: a question over a dataset in, a frozen answer out."""
