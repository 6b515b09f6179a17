"""Reading pages that are pictures (OCR): an extra, and whatever it can't do is said.

=================  =====================================================================================================
`ocr_engine`       what reads, if anything does: its name, and what tells its readings from another's
`_rapid`           RapidOCR as one, in a worker of its own
`_page_reader`     one page drawn, read, told whether it stands upright: what a worker does
`_page_ink`        what is inked at the head of a page and was not read
`_scanned`         the pages of files, read in stages, kept page by page; what they say of each file
`_likeness`        what may be a marking, and was not read for sure
`_text_layer`      the words put under the picture of a page, invisible
=================  =====================================================================================================
"""
