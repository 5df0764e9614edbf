"""Files with secrets, for their owner alone. Knows no Django: commands write some before it is ready."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it is whole or not there, even after a power cut."""
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
