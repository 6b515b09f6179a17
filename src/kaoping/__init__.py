"""kaoping 考评包: from a unit's folder of records and evidence to its self-assessment package."""

__version__ = "0.4.0"
