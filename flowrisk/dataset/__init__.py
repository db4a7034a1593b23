"""What lies on disk: files, the contract of their tables, the SQL models over them."""
