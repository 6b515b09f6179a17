"""PDF pages: the visible page, merging, layers, typesetting, fonts cut down to a text, a second reader's view."""
