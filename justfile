# What a contributor does, one line each. `just` is optional (https://just.systems, or `pip install rust-just`): each
# recipe is a command that can be typed. They use the virtual environment that `just setup` makes in .venv.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

bin := if os_family() == "windows" { ".venv/Scripts/" } else { ".venv/bin/" }
python := if os_family() == "windows" { "py" } else { "python3" }

# list the recipes
default:
    @just --list

# make .venv with everything that a contributor needs
setup:
    {{python}} -m venv .venv
    {{bin}}python -m pip install --quiet -e '.[dev]'

# the fast tests, as in the README; `just test tests/test_rules.py -n 0` for some of them
test *args:
    {{bin}}python -m pytest {{args}}

# what the fast tests only sample: the slow ones, and all examples of the property tests
slow *args:
    {{bin}}python -m pytest -m "(slow or hypothesis) and not long" --hypothesis-profile=full {{args}}

# everything that .ci/run checks, with what is installed
check: lint types test slow

# ten times the examples: for a night, or before a release
long *args:
    {{bin}}python -m pytest -m "" --hypothesis-profile=long {{args}}

# style
lint:
    {{bin}}ruff check .
    {{bin}}ruff format --check .

# mend the style
fix:
    {{bin}}ruff check --fix .
    {{bin}}ruff format .

# types
types:
    {{bin}}mypy

# make what is generated anew: reference pages, Word templates, sample units
docs:
    {{bin}}python tools/make_finding_reference.py
    {{bin}}python tools/make_command_reference.py
    {{bin}}kaoping template build .
    {{bin}}python samples/make_samples.py

# the kit for Windows; `just constraints` first renews the versions that it is made from
kit out="考评包.zip":
    {{bin}}python tools/windows_kit.py --out {{out}}

# names, versions and digests of the kits' libraries
constraints:
    {{bin}}uv pip compile --quiet pyproject.toml --extra heic --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --upgrade -o tools/kit_maker/constraints.txt
    {{bin}}uv pip compile --quiet pyproject.toml --extra heic --extra ocr --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --constraint tools/kit_maker/constraints.txt --upgrade -o tools/kit_maker/ocr.txt
    {{bin}}python tools/kit_maker/only_new.py tools/kit_maker/ocr.txt tools/kit_maker/constraints.txt

# a benchmark of bench/: sample, bundle, document or ledger; its figures go to bench/README.md
bench name="sample" *args:
    {{bin}}python -m bench.{{name}} {{args}}
