#!/bin/sh
# Renders every fixture of tests/oracle, tests/paint and tests/golden in one run of the program.
#
#   tests/tools/fixtures.sh OUT
#
# OUT gets a folder a profile: a-2a+ua-1, a-3a+ua-1, a-2u, 1.7. What stands in OUT before is removed. The
# program is target/release/urkunde, or the one that URKUNDE names.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
program=${URKUNDE:-$here/../target/release/urkunde}
out=${1:?usage: fixtures.sh OUT}
rm -rf "$out"
mkdir -p "$out"
out=$(CDPATH= cd -- "$out" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/oracle/fixtures" "$work/oracle"
cp -R "$here/paint" "$work/paint"
cp -R "$here/golden" "$work/golden"

# The fixtures of tests/golden are a project of their own; the others get a job each.
find "$work/oracle" "$work/paint" -name '*.html' | sort | sed "s|^$work/||" |
    awk 'BEGIN { print "[project]\ntitle = \"Fixtures\"" }
    {
        name = substr($0, 1, length($0) - 5)
        # PDF/A knows no uncalibrated CMYK.
        profile = name ~ /cmyk/ ? "1.7" : "a-2a+ua-1"
        printf "[[jobs]]\nname = \"%s\"\ntemplate = \"%s\"\npdf = \"%s\"\noutput = \"%s/%s.pdf\"\n", name, $0, profile, profile, name
    }' >"$work/urkunde.toml"
for project in "$work" "$work/golden"; do
    "$program" render --quiet --project "$project" --output "$out"
done
echo "$(find "$out" -name '*.pdf' | wc -l) PDFs of fixtures in $out"
