"""What a package holds: one module per output."""
