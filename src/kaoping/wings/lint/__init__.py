"""The linter (体检): any PDF bundle as its reviewers will find it, whoever made it."""

from kaoping.core.seam import Wing

WING = Wing(
    "汇编体检",
    look="_process:aside",
    commands={"lint": ("lint", "给 PDF 汇编体检：链接、页码、扫描质量、个人信息……")},
)
