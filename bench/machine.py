"""On what it was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("av", "opencv-python-headless", "openvino", "numpy")


def machine() -> dict[str, str]:
    """Processor, cores, load and the versions of what takes part; all as text."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "ffmpeg": _ffmpeg(),
    }
    return facts | {name: version(name) for name in PACKAGES}


def _processor() -> str:
    """The model's name, with family and model number: virtual machines often give no more name than "Xeon"."""
    facts: dict[str, str] = {}
    path = Path("/proc/cpuinfo")
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    if "model name" not in facts:
        return platform.processor() or platform.machine()
    return f"{facts['model name']} (family {facts.get('cpu family', '?')}, model {facts.get('model', '?')})"


def _ffmpeg() -> str:
    try:
        told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return told.split()[2]
