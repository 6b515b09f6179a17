"""What a paper says of itself: its title, number, issuer and date, what sort of proof it is, by its form.

The words and patterns are data (``evidence_schema/recognition.yaml``, to which a pack may add); where on a page an
element stands is Python. A field is what was read, with the words it was read from, or nothing: where two readings
contradict each other, where a machine was not sure of the line, where only half of it seems to be there. Nothing here
knows a unit.
"""
