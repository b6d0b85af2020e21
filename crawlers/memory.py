"""How much memory the crawl itself takes, whoever started it."""

from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

STATUS = Path("/proc/self/status")


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's watch, by the peak of this program alone.

    The figure Scrapy asks for survives fork and exec on Linux: a crawl that a process of a gigabyte starts would
    begin with a gigabyte, and end at once.
    """

    def get_virtual_size(self) -> int:
        """Peak resident memory in bytes."""
        try:
            lines = STATUS.read_text("ascii", "replace").splitlines()
        except OSError:
            return super().get_virtual_size()
        peak = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "")
        return int(peak) * 1024 if peak else super().get_virtual_size()
