"""The format check (公文格式检查): any Word file against GB/T 9704—2012 and what custom asks, as its reader finds it.

``parts`` opens the file, ``paragraph_reader`` tells what each paragraph looks like, ``recognise`` which part of an
official document (公文要素) it is, and the ``*_rules`` what is wrong with it. The norms are data
(``official_format.yaml``). Beside what is wrong the rules name ``remedies``; ``fix`` writes a copy in which ``mending``
has carried them out.
"""

from kaoping.core.seam import Wing

WING = Wing(
    "公文格式检查",
    paper="format_check:check",
    mend="fix:fix",
    commands={"format": ("format", "按公文格式国家标准检查 Word 文件：页边距、字体、序号、日期……")},
)
