"""Word templates from their sources (源文件): text files with words and marks, one paragraph a line.

The marks stand for the styles and the page of GB/T 9704-2012, which are defined here once. docs/word-templates.md
explains a source to those who write one.
"""

from kaoping.documents.manuscript._build import build_templates, template_bytes

__all__ = ["build_templates", "template_bytes"]
