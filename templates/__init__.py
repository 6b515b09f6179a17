"""Data: what the outputs look like (Word, sheets, bundle front matter). No code."""
