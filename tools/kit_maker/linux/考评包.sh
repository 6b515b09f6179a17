#!/bin/sh
# The kit's Python, and no other: what a user's environment says of another one does not count.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP
export PYTHONNOUSERSITE=1
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/app/python/bin/python3" -m kaoping "${@:-menu}"
