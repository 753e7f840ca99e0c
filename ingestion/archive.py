"""Archive: every received file once, under its SHA-256, never written again.

Belongs here: keeping and finding the original bytes.
Does not belong here: who sent them and when (register).
"""

import errno
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

_CHUNK = 1 << 20
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # it is the archive that cannot be written, not the file read


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def store(archive_dir: Path, path: Path) -> str:
    """Keep a copy of ``path`` as ``ab/abcd….<suffix>`` and give its SHA-256; bytes already kept stay as they are.

    The copy is hashed after it was made, so what lies in the archive is what the name says even when the original
    changes meanwhile. It appears whole or not at all.
    """
    archive_dir.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=archive_dir, prefix=".incoming-")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as original:
            shutil.copyfileobj(original, target, _CHUNK)
            target.flush()
            os.fsync(target.fileno())
        sha256 = sha256_of(copy)
        if _kept(archive_dir, sha256) is None:
            place = archive_dir / sha256[:2] / f"{sha256}{path.suffix.lower()}"
            place.parent.mkdir(exist_ok=True)
            copy.chmod(0o444)
            os.replace(copy, place)
    finally:
        copy.unlink(missing_ok=True)
    return sha256


def clear_left_over(archive_dir: Path) -> None:
    """Remove the copies a killed process was making; only for who holds the workspace as its writer."""
    for copy in archive_dir.glob(".incoming-*"):
        copy.unlink(missing_ok=True)


def locate(archive_dir: Path, sha256: str) -> Path:
    """Where the file with this SHA-256 lies; FileNotFoundError when the archive does not have it."""
    place = _kept(archive_dir, sha256)
    if place is None:
        raise FileNotFoundError(f"{archive_dir}: no file with SHA-256 {sha256}")
    return place


def _kept(archive_dir: Path, sha256: str) -> Path | None:
    return next(iter(sorted((archive_dir / sha256[:2]).glob(f"{sha256}*"))), None)
