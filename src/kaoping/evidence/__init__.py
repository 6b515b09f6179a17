"""What lies under 材料/ (佐证材料): every file found, hashed, judged by its content, and never left out in silence."""

from kaoping.evidence.store import Store, opened
from kaoping.evidence.survey import Progress, Secret, Survey, survey
from kaoping.evidence.walk import walk

__all__ = ["Progress", "Secret", "Store", "Survey", "opened", "survey", "walk"]
