"""Makes the sample units under ``samples/``: ledgers by dice with a fixed seed, evidence from texts. Not shipped."""
