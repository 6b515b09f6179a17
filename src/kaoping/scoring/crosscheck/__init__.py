"""Cross-checks (核对): what a unit recorded in one place against what it recorded in another, as data says.

``definitions`` reads them off a pack, ``run`` looks for slips in a dossier and tells of them.
"""
