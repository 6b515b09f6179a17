#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
# What the environment says of another Python does not count, and nothing is written into the kit (see kit.pth).
for name in $(env | sed -n 's/^\(PYTHON[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
export PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
# -P: a file of the clerk's that is called like a module of ours is not run.
"$here/app/python/bin/python3" -P -m kaoping "${@:-serve}"
status=$?
# Whatever went wrong stands in the window: it must not close over it.
if [ $status -ne 0 ] && [ $# -eq 0 ] && [ -t 0 ]; then printf '按回车关掉窗口：'; read -r _; fi
exit $status
