"""Zipped: the parts of a zipped workbook, opened within limits.

Belongs here: the zip's directory and what it may promise, inflating one part, writing the zip with some parts changed.
Does not belong here: what the parts say (xlsx).
"""

import io
import zipfile
import zlib
from dataclasses import dataclass

from ingestion.settings import Limits
from ingestion.workbook import Unreadable


@dataclass(frozen=True)
class Archive:
    """The bytes of a zip and its directory."""

    data: bytes
    entries: dict[str, zipfile.ZipInfo]


def open_archive(data: bytes, limits: Limits) -> Archive:
    """The zip after its directory was found within the limits: nothing has been inflated yet."""
    try:
        directory = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        raise Unreadable("truncated", f"{len(data)} B") from error
    entries = directory.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("encrypted")
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > limits.zip_entries:
        raise Unreadable("zip_bomb", f"{len(entries)} > {limits.zip_entries}")
    if inflated > limits.inflated_bytes or inflated > limits.inflate_ratio * max(len(data), 4096):
        raise Unreadable("zip_bomb", f"{len(data)} B → {inflated} B")
    if "xl/workbook.xml" not in directory.NameToInfo:
        raise Unreadable("not_a_workbook", "zip")
    return Archive(data, directory.NameToInfo)


def read_part(archive: Archive, part: str) -> bytes:
    """One part inflated, never further than the directory says (ZipFile.read costs three times as much)."""
    entry, data = archive.entries[part], archive.data
    try:
        head = data[entry.header_offset : entry.header_offset + 30]
        begin = entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        packed = data[begin : begin + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            return packed
        return zlib.decompressobj(-15).decompress(packed, entry.file_size + 1)
    except zlib.error as error:
        raise Unreadable("damaged", part) from error


def rezipped(archive: Archive, changed: dict[str, bytes]) -> bytes:
    """The zip with some parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.entries:
            copy.writestr(part, changed[part] if part in changed else read_part(archive, part))
    return target.getvalue()
