"""Any process: what Python prints in processes that hash texts differently: nothing may hang on the order of sets."""

import subprocess
import sys

from ingestion.settings import PROJECT_ROOT


def printed(code: str) -> set[str]:
    """What the code prints, under each of two hash seeds."""
    return {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=PROJECT_ROOT,
            env={"PYTHONHASHSEED": salt, "PYTHONPATH": str(PROJECT_ROOT)},
        ).stdout
        for salt in ("1", "2")
    }
