"""The views: each a function that says of the unit what its template shows."""
