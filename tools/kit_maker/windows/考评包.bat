@echo off
rem ASCII alone: cmd.exe reads a batch file in whatever code page the console has.
rem -E: what the environment says of another Python does not count.
"%~dp0app\python\python.exe" -E -m kaoping menu %*
if %errorlevel% equ 0 exit /b 0
rem Whatever went wrong stands in the window: it must not close over it.
pause
