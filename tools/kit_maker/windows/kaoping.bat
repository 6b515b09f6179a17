@"%~dp0python\python.exe" -m kaoping %*
