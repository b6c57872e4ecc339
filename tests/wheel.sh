#!/usr/bin/env bash
# Build the wheel, install it without extras into an empty environment, and use it from a folder whose `models/` is
# somebody else's: nothing but the wheel is on the path.
set -euo pipefail
python=${1:-python3}
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

"$python" -m venv "$place/venv"
bin=$place/venv/bin
mkdir "$place/source"
tar --create --directory "$root" --exclude __pycache__ pyproject.toml README.md LICENSE flows curation annotation models warehouse |
    tar --extract --directory "$place/source"
"$bin/pip" wheel --quiet --no-deps --wheel-dir "$place/dist" "$place/source"
"$bin/pip" install --quiet --no-compile --constraint "$root/constraints.txt" "$place"/dist/*.whl

mkdir -p "$place/work/models" "$place/work/flows"
echo 'raise RuntimeError("the models of somebody else")' | tee "$place/work/models/__init__.py" > "$place/work/flows/__init__.py"
cd "$place/work"
export PREFECT_HOME=$place/prefect PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
"$bin/valuenet" --help > /dev/null
"$bin/valuenet" build --warehouse warehouse --releases releases
"$bin/valuenet" verify releases/valuenet-demo-1.0.0
"$bin/valuenet" why-stale labels --warehouse warehouse | grep -q "is current"
"$bin/python" -c 'import valuenet.models as models; assert "site-packages" in models.__file__'
echo "the wheel works without extras, where other folders are called as ours are"
