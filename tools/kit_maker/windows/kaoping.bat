@"%~dp0python\python.exe" -E -m kaoping %*
