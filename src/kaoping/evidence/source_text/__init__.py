"""All that stands in a file, shown or not, as passages of text: the one place where the stop gets them from.

Not the text as it will be shown (that is looked through on the pages, by :mod:`kaoping.evidence._sight`): what a reader
does not see. A new kind of file, or a new place in a known one, is read here and nowhere else:

=================  =====================================================================================================
`_reading`         the door: which of the others reads a file of which kind
`_passage`         a passage, its place, whether it is a name
`_office_parts`    Office packages, OFD and binary Office files: parts, properties, comments, embedded files, pictures
`_tags`            markup: text, attributes, comments, codes of fields; table cells under their heads; XMP
`_rich_text`       RTF
`_cell_values`     workbooks, whatever their columns show
`_picture_tags`    pictures: text chunks, comments, EXIF, XMP, IPTC, TIFF tags
`_mail_heads`      mails: every head, every form of the text; Outlook's properties
`_pdf_strings`     PDF: every string there is (titles, Alt, ActualText, scripts, forms, programs' data); notes by page
=================  =====================================================================================================

What is packed in a file (attachments, members of an archive) is a file of its own, and read as such.
"""
