#!/usr/bin/env python3
"""Draws the icon of kpfd.exe, a sheet of paper with a green tick, into kpfd.ico beside this file."""
import pathlib
import struct
import zlib

SIZES = (16, 24, 32, 48, 64, 256)
FINE = 4  # each pixel is looked at so many times in each direction

PAPER = (255, 255, 255)
EDGE = (70, 90, 120)
LINE = (170, 185, 205)
GREEN = (26, 140, 74)


def near(x, y, ax, ay, bx, by):
    """The distance of a point from a stretch."""
    length = (bx - ax) ** 2 + (by - ay) ** 2
    t = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    return ((x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2) ** 0.5


def colour(x, y):
    """The colour at a place, both from 0 to 1; None: nothing there."""
    if (x - 0.66) ** 2 + (y - 0.68) ** 2 <= 0.29 ** 2:
        tick = min(near(x, y, 0.53, 0.69, 0.63, 0.79), near(x, y, 0.63, 0.79, 0.80, 0.57))
        return PAPER if tick < 0.045 else GREEN
    if not (0.12 <= x <= 0.76 and 0.04 <= y <= 0.94) or x - y > 0.54:
        return None
    if x < 0.16 or x > 0.72 or y < 0.08 or y > 0.90 or x - y > 0.49:
        return EDGE
    if 0.24 <= x <= 0.64 and any(abs(y - line) < 0.022 for line in (0.28, 0.42, 0.56, 0.70)):
        return LINE
    return PAPER


def pixel(column, row, size):
    seen = [colour((column + (i + 0.5) / FINE) / size, (row + (j + 0.5) / FINE) / size) for i in range(FINE) for j in range(FINE)]
    there = [c for c in seen if c]
    if not there:
        return (0, 0, 0, 0)
    return tuple(sum(c[k] for c in there) // len(there) for k in range(3)) + (255 * len(there) // len(seen),)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size):
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y, size)) for x in range(size)) for y in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def bitmap(size):
    head = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    rows = b"".join(bytes((b, g, r, a)) for y in reversed(range(size)) for r, g, b, a in (pixel(x, y, size) for x in range(size)))
    return head + rows + bytes((size + 31) // 32 * 4 * size)


def main():
    images = [png(size) if size >= 64 else bitmap(size) for size in SIZES]
    place = 6 + 16 * len(SIZES)
    head = struct.pack("<HHH", 0, 1, len(SIZES))
    for size, image in zip(SIZES, images):
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), place)
        place += len(image)
    (pathlib.Path(__file__).parent / "kpfd.ico").write_bytes(head + b"".join(images))


main()
