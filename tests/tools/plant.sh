#!/bin/sh
# Plants defects in sound PDFs and looks whether verapdf.sh and check_pdfs.sh notice each of them.
#
#   tests/tools/plant.sh [--flavours "2a ua1"] [--keep DIR] FILE…
#
# Give several files, so that figures, links, lists and tables occur. Exit: 0 every defect is noticed, 1 one is
# not or finds no place, 2 a tool is missing. PYTHON as for check_pdfs.sh, with pikepdf in addition.
set -u

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-python3}
if ! "$python" -c "import pikepdf, pypdfium2, PIL, numpy" >/dev/null 2>&1; then
    echo "plant.sh: Python modules are missing (pip install -r tests/tools/requirements.txt)" >&2
    exit 2
fi
"$here/verapdf.sh" --fetch || exit 2
LC_ALL=C.UTF-8 PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1 exec "$python" -m pdfcheck.plant "$@"
