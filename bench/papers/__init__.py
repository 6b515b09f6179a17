"""Chinese papers as offices hold them, with what a reader knows of each: as text PDFs, scans and photos.

Their layouts were drawn from the real papers' conventions, by somebody who had not seen what reads them.
"""
