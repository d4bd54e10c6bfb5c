"""Documents of every kind, made byte by byte: whole ones and hostile ones. No real document is among them."""

import io
import struct
import zipfile


# ---- ZIP and today's Office -------------------------------------------------------------------------------------------

def zipped(names, encrypted=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>" * 20)
    data = bytearray(out.getvalue())
    if encrypted:
        at = data.index(b"PK\x01\x02")
        data[at + 8] |= 1
        data[6] |= 1
    return bytes(data)


def xlsx(*more):
    return zipped(["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml"] + list(more))


def docx(*more):
    return zipped(["[Content_Types].xml", "_rels/.rels", "word/document.xml"] + list(more))


def pptx(*more):
    return zipped(["[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"] + list(more))


# ---- OLE compound files -----------------------------------------------------------------------------------------------

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(streams, storages=(), small=False):
    """Streams as (name, bytes); with `small` they stand in small sectors."""
    sectors = []

    def put(data, size=512):
        first = len(sectors)
        pieces = [data[i:i + size].ljust(size, b"\0") for i in range(0, max(len(data), 1), size)]
        sectors.extend(pieces)
        return first, len(pieces)

    chains = []  # (first, count)
    entries = []
    room, small_table = b"", []
    for name, data in streams:
        if small:
            first = len(room) // 64
            count = (len(data) + 63) // 64
            room += data.ljust(count * 64, b"\0")
            small_table += [first + i + 1 for i in range(count - 1)] + [END]
            entries.append((name, 2, first, len(data)))
        else:
            data = data.ljust(4096, b"\0")
            first, count = put(data)
            chains.append((first, count))
            entries.append((name, 2, first, len(data)))
    root_first, root_size = END, 0
    table_first, table_count = END, 0
    if small:
        root_first, count = put(room)
        root_size = len(room)
        chains.append((root_first, count))
        table_first, table_count = put(b"".join(struct.pack("<I", n) for n in small_table).ljust(512, b"\xff"))
        chains.append((table_first, table_count))
    directory = b""
    for name, kind, first, size in ([("Root Entry", 5, root_first, root_size)] + entries +
                                    [(name, 1, 0, 0) for name in storages]):
        text = name.encode("utf-16-le") + b"\0\0"
        directory += (text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + struct.pack("<III", FREE, FREE, FREE) +
                      bytes(36) + struct.pack("<IQ", first, size))
    directory_first, count = put(directory.ljust((len(directory) + 511) // 512 * 512, b"\0"))
    chains.append((directory_first, count))
    table = [FREE] * 128
    for first, count in chains:
        for i in range(count):
            table[first + i] = first + i + 1 if i + 1 < count else END
    own = len(sectors)
    table[own] = TABLE
    sectors.append(b"".join(struct.pack("<I", n) for n in table))
    header = (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6) +
              struct.pack("<IIIIIIIII", 0, 1, directory_first, 0, 4096, table_first, table_count, END, 0) +
              struct.pack("<I", own) + struct.pack("<I", FREE) * 108)
    return header + b"".join(sectors)


def biff(*records):
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


BOF = (0x0809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
SHEET = (0x0085, struct.pack("<IBB", 0, 0, 0) + b"\x01\x00a")
MACRO_SHEET = (0x0085, struct.pack("<IBB", 0, 0, 1) + b"\x01\x00a")
EOF_RECORD = (0x000A, b"")


def xls(*records, **more):
    return ole([("Workbook", biff(*(records or (BOF, SHEET, EOF_RECORD))))], **more)


def doc(flags=0, **more):
    return ole([("WordDocument", struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, flags).ljust(1024, b"\0"))], **more)


def ppt(token=0xE391C05F, records=b"", **more):
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, token)
    return ole([("PowerPoint Document", records.ljust(64, b"\0")), ("Current User", user)], **more)


def record(kind, data):
    return struct.pack("<HHI", 0x0F, kind, len(data)) + data


# ---- PDF, images, text ------------------------------------------------------------------------------------------------

def pdf(trailer="/Root 1 0 R", title=None, stream=False, before=b""):
    out = before + b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 0/Kids[]>>\nendobj\n"
    if title is not None:
        out += b"3 0 obj\n<</Title <" + (b"\xfe\xff" + title.encode("utf-16-be")).hex().encode() + b">>>\nendobj\n"
    place = len(out)
    if stream:
        out += b"9 0 obj\n<</Type/XRef/W[1 1 1]/Size 1" + trailer.encode() + b"/Length 0>>\nstream\n\nendstream\nendobj\n"
    else:
        out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3" + trailer.encode() + b">>\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % place


def jpeg():
    return (b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0" + b"\xff\xdb" + struct.pack(">H", 67) +
            bytes(65) + b"\xff\xda" + struct.pack(">H", 8) + b"\1\1\0\0\x3f\0" + b"\x12\x34\xff\x00\x56" * 40 + b"\xff\xd9")


def tiff(order="<"):
    data = b"\x55" * 200
    entries = [(256, 3, 1, 10), (257, 3, 1, 10), (273, 4, 1, 8), (279, 4, 1, len(data))]
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + len(data)) + data
    out += struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        out += struct.pack(order + "HHI", tag, kind, count)
        out += struct.pack(order + "I", value) if kind == 4 else struct.pack(order + "HH", value, 0)
    return out + struct.pack(order + "I", 0)


def whole():
    """Name => bytes of a document that may be sent."""
    return {
        "a.xlsx": xlsx(),
        "a.docx": docx(),
        "a.pptx": pptx(),
        "a.xls": xls(),
        "small.xls": xls(small=True),
        "a.doc": doc(),
        "a.ppt": ppt(),
        "a.pdf": pdf(),
        "stream.pdf": pdf(stream=True),
        "late.PDF": pdf(before=b"junk\n"),
        "a.jpeg": jpeg(),
        "a.jpg": jpeg(),
        "a.tiff": tiff("<"),
        "a.tif": tiff(">"),
        "a.xml": '<?xml version="1.0" encoding="UTF-8"?>\n<a>テスト</a>\n'.encode(),
        "a.txt": "連絡です。\r\n".encode("cp932"),
        "utf16.txt": "連絡です。\r\n".encode("utf-16"),
        "a.csv": "列,値\r\nBM,1\r\nMZ,2\r\n".encode("utf-8-sig"),
        "bm.csv": b"BM,1\r\n",
        "連絡票.txt": b"a\r\n",
    }
