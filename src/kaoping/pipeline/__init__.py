"""Assembles the outputs: one assessment in, the files of a package (or single drafts) out.

Every output is drawn from the same assessment, so that the same number stands on the sheet, in Word, in the report and
in the manifest; `verify` re-opens them and checks that it does.
"""

from kaoping.pipeline.assessment import Assessment
from kaoping.pipeline.deliver import Progress, build_drafts, build_package, read_back
from kaoping.pipeline.outputs import Outputs

__all__ = ["Assessment", "Outputs", "Progress", "build_drafts", "build_package", "read_back"]
