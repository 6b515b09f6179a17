"""Files on disk to a raw dossier: one module per input format."""
