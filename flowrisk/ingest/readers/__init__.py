"""What formats share: cells, identifiers, archives, tables; none of them knows an issuer."""
