"""What lies under 材料/ (佐证材料): every file found, hashed, judged by its content, and never left out in silence.

``survey`` is the front door; ``store`` keeps verdicts; ``judge`` comes to them, in a process that can be killed.
"""
