"""PDF pages: the visible page, merging, typesetting with Typst, fonts cut down to the characters that a text needs."""
