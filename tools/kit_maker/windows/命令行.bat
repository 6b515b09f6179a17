@echo off
set "PATH=%~dp0app;%PATH%"
cd /d "%USERPROFILE%"
cmd /k "kaoping --help"
