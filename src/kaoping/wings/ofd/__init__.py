"""OFD (GB/T 33190-2016), the format of official electronic documents, drawn as PDF pages."""

from kaoping.core.seam import Wing

WING = Wing("OFD 版式文件", families={"ofd": "_rendering:to_pdf"}, carried={"ofd": "_rendering:attachments"})
