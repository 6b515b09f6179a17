@echo off
rem ASCII alone: cmd.exe reads a batch file in whatever code page the console has.
rem -E: what the environment says of another Python does not count.
rem The page in the browser, of a unit whose folder was dropped on this file; "menu" for the window with numbers.
set "kaoping_how=serve"
if /i "%~1"=="menu" set "kaoping_how="
"%~dp0app\python\python.exe" -E -m kaoping %kaoping_how% %*
if %errorlevel% equ 0 exit /b 0
rem Whatever went wrong stands in the window: it must not close over it.
pause
