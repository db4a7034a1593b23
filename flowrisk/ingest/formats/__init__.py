"""One real-world format a file, each with ``read(path, hints)``; none of them knows the dataset."""
