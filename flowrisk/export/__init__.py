"""An answer as data: csv, json, parquet, xlsx; files written whole."""
