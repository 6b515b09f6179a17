"""What lies under 材料/ (佐证材料): every file found, hashed, judged by its content, and never left out in silence."""

from kaoping.evidence.survey import Judged, inspect, survey
from kaoping.evidence.walk import walk

__all__ = ["Judged", "inspect", "survey", "walk"]
