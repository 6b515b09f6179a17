"""Counting and scoring: measures, conditions and rules over a dossier."""
