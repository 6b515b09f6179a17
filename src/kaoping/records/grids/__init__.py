"""Files of sheets, of whatever program: their content to grids of values."""
