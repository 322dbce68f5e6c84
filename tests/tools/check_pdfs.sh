#!/bin/sh
# Holds produced PDFs against qpdf, poppler, MuPDF and PDFium.
#
#   tests/tools/check_pdfs.sh [--jobs N] [--allow-untagged] [--keep DIR] FILE-OR-FOLDER…
#
# Every PDF below a folder is checked: qpdf finds no fault, all fonts are embedded subsets with
# ToUnicode, the text that comes out holds no stand-in characters, there is a title and a structure
# tree, and three renderers draw the same picture without a warning. One line a file on stdout, its
# findings indented below. Exit: 0 all good, 1 a finding, 2 wrong usage or a tool is missing.
#
# PYTHON   the interpreter that has pypdfium2, Pillow and numpy; by default python3
set -u

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-python3}
missing=0

need() {
    command -v "$1" >/dev/null 2>&1 && return
    echo "check_pdfs.sh: $1 is missing ($2)" >&2
    missing=1
}

need qpdf "Debian: qpdf"
need pdfinfo "Debian: poppler-utils"
need pdffonts "Debian: poppler-utils"
need pdftotext "Debian: poppler-utils"
need pdftoppm "Debian: poppler-utils"
need mutool "Debian: mupdf-tools"
need "$python" "Debian: python3"
if command -v "$python" >/dev/null 2>&1; then
    for module in pypdfium2 PIL numpy; do
        "$python" -c "import $module" >/dev/null 2>&1 && continue
        echo "check_pdfs.sh: the Python module $module is missing (pip install -r tests/tools/requirements.txt)" >&2
        missing=1
    done
fi
[ "$missing" = 0 ] || exit 2

LC_ALL=C.UTF-8 PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1 exec "$python" -m pdfcheck "$@"
