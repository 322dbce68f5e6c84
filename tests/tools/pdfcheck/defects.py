"""Defects to plant in a sound PDF, each the kind of thing a PDF writer gets wrong.

Input: an open pikepdf document. Output: it is changed in place, and each function says whether it found a
place for its defect. Who notices is `plant`'s business.
"""

import re

from pikepdf import Array, Dictionary, Name, Operator, String, parse_content_stream, unparse_content_stream


def elements(pdf):
    """All structure elements in document order."""
    root = pdf.Root.get("/StructTreeRoot")
    waiting = [root.K] if root is not None and "/K" in root else []
    while waiting:
        kid = waiting.pop(0)
        if isinstance(kid, Array):
            waiting[:0] = list(kid)
        elif isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            if "/K" in kid:
                waiting.insert(0, kid.K)


def of_type(pdf, *types):
    return [element for element in elements(pdf) if str(element.S) in types]


def composite_fonts(pdf):
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Subtype") == Name.Type0]


def descriptors(pdf):
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor]


def links(pdf):
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") == Name.Link:
                yield annotation


def drop(holder, key):
    if holder is None or key not in holder:
        return False
    del holder[key]
    return True


def rewrite(pdf, change):
    """Applies `change` to the first page whose instructions it accepts."""
    for page in pdf.pages:
        instructions = list(parse_content_stream(page))
        changed = change(instructions)
        if changed is not None:
            page.Contents = pdf.make_stream(unparse_content_stream(changed))
            return True
    return False


def figure_without_alt(pdf):
    return any([drop(figure, "/Alt") for figure in of_type(pdf, "/Figure")])


def wrong_width(pdf):
    """The first width of /W that stands in an array becomes 137 more."""
    for font in composite_fonts(pdf):
        for entry in font.DescendantFonts[0].get("/W", []):
            if isinstance(entry, Array) and len(entry):
                for index in range(len(entry)):
                    entry[index] = entry[index] + 137
                return True
    return False


def _renumber(instructions):
    for instruction in instructions:
        operands = instruction.operands
        if str(instruction.operator) == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]:
            operands[1].MCID = 9999
            return instructions
    return None


def broken_mcid(pdf):
    return rewrite(pdf, _renumber)


def _untag(instructions):
    depth, start = 0, None
    for index, instruction in enumerate(instructions):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            if start is None and len(instruction.operands) > 1 and "/MCID" in instruction.operands[1]:
                start, depth = index, 0
            elif start is not None:
                depth += 1
        elif operator == "EMC" and start is not None:
            if depth == 0:
                return [one for place, one in enumerate(instructions) if place not in (start, index)]
            depth -= 1
    return None


def untagged_content(pdf):
    return rewrite(pdf, _untag)


def font_not_embedded(pdf):
    return any([drop(d, key) for d in descriptors(pdf)[:1] for key in ("/FontFile", "/FontFile2", "/FontFile3")])


def no_tounicode(pdf):
    return any([drop(font, "/ToUnicode") for font in composite_fonts(pdf)[:1]])


def private_use_text(pdf):
    for font in composite_fonts(pdf):
        text = font.ToUnicode.read_bytes()
        changed = re.sub(rb"(beginbfchar\s*<[0-9A-Fa-f]+>\s*)<[0-9A-Fa-f]+>", rb"\1<E001>", text)
        changed = re.sub(rb"(beginbfrange\s*<[0-9A-Fa-f]+>\s*<[0-9A-Fa-f]+>\s*\[?\s*)<[0-9A-Fa-f]+>", rb"\1<E001>", changed)
        if changed != text:
            font.ToUnicode.write(changed)
            return True
    return False


def notdef_drawn(pdf):
    def change(instructions):
        for index, instruction in enumerate(instructions):
            if str(instruction.operator) in ("Tj", "TJ"):
                extra = ([Array([String(b"\0\0")])], Operator("TJ"))
                return [*instructions[:index], extra, *instructions[index:]]
        return None

    return rewrite(pdf, change)


def no_language(pdf):
    return drop(pdf.Root, "/Lang")


def no_output_intent(pdf):
    return drop(pdf.Root, "/OutputIntents")


def no_marked(pdf):
    return drop(pdf.Root, "/MarkInfo")


def title_not_shown(pdf):
    return drop(pdf.Root.get("/ViewerPreferences"), "/DisplayDocTitle")


def no_title(pdf):
    text = pdf.Root.Metadata.read_bytes()
    changed = re.sub(rb"<dc:title>.*?</dc:title>", b"", text, flags=re.S)
    pdf.Root.Metadata.write(changed)
    drop(pdf.trailer.get("/Info"), "/Title")
    return changed != text


def malformed_xmp(pdf):
    text = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(text.replace(b"</rdf:RDF>", b"", 1))
    return b"</rdf:RDF>" in text


def link_without_contents(pdf):
    return any([drop(link, "/Contents") for link in links(pdf)])


def link_without_flags(pdf):
    return any([drop(link, "/F") for link in links(pdf)])


def link_not_in_structure(pdf):
    return any([drop(link, "/StructParent") for link in links(pdf)])


def skipped_heading(pdf):
    for heading in of_type(pdf, "/H2"):
        heading.S = Name.H4
        return True
    for heading in of_type(pdf, "/H1"):
        heading.S = Name.H3
        return True
    return False


def unknown_role(pdf):
    for paragraph in of_type(pdf, "/P"):
        paragraph.S = Name("/Paragraph")
        return True
    return False


def list_item_outside_list(pdf):
    for item in of_type(pdf, "/L"):
        item.S = Name.Div
        return True
    return False


def cell_outside_row(pdf):
    for row in of_type(pdf, "/TR"):
        row.S = Name.Div
        return True
    return False


def script(pdf):
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
    return True


def broken_font_program(pdf):
    for descriptor in descriptors(pdf):
        for key in ("/FontFile2", "/FontFile3"):
            if key in descriptor:
                program = descriptor[key].read_bytes()
                descriptor[key].write(program[: len(program) * 2 // 3])
                return True
    return False


def unbalanced_state(pdf):
    def change(instructions):
        return instructions + [([], Operator("Q")), ([], Operator("Q"))]

    return rewrite(pdf, change)


def unnamed_resource(pdf):
    """A font name that the page's resources do not know."""

    def change(instructions):
        for index, instruction in enumerate(instructions):
            if str(instruction.operator) == "Tf":
                instructions[index] = ([Name("/NoSuchFont"), instruction.operands[1]], Operator("Tf"))
                return instructions
        return None

    return rewrite(pdf, change)


DEFECTS = (
    figure_without_alt, wrong_width, broken_mcid, untagged_content, font_not_embedded, no_tounicode, private_use_text,
    notdef_drawn, no_language, no_output_intent, no_marked, title_not_shown, no_title, malformed_xmp, link_without_contents,
    link_without_flags, link_not_in_structure, skipped_heading, unknown_role, list_item_outside_list, cell_outside_row,
    script, broken_font_program, unbalanced_state, unnamed_resource,
)  # fmt: skip


# Defects of the file itself, planted in its bytes after it was written.
def no_id(data):
    return re.sub(rb"/ID\s*\[\s*(<[0-9A-Fa-f]*>\s*){2}\]", b"", data)


def broken_xref(data):
    cut = data.rfind(b"startxref")
    return data[:cut] + b"startxref\n1234\n%%EOF\n"


def truncated(data):
    return data[: len(data) * 3 // 4]


BYTE_DEFECTS = (no_id, broken_xref, truncated)
