"""What lies under 材料/ (佐证材料): every file found, hashed, judged by its content, and never left out in silence.

``survey`` is the front door; ``store`` keeps verdicts; ``workers`` come to them, processes that can be killed;
``convert`` makes pages; ``words`` are what files are looked through for, ``pack_words`` what a pack adds to these.
"""
