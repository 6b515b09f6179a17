@echo off
rem ASCII alone: cmd.exe reads a batch file in whatever code page the console has.
"%~dp0app\python\python.exe" -m kaoping menu %*
if errorlevel 2 pause
