"""Checks of produced PDFs by tools that are not ours; `tests/tools/README.md` says which and why."""
