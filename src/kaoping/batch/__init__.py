"""Many units at once: each built as `kaoping build` builds it, what came of it kept, all of them put side by side.

A unit is built by one function (``_unit_task``) of its folder alone, in this process or in a worker of a cluster; what
came of it is plain data, in a file of its own. The summary is made of these files and of nothing else.
"""
