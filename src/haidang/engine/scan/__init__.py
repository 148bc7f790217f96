"""Personal data and classification marks in what is about to go out: found and named, never changed.

`scan_text` gives each finding with its kind, place and excerpt. It decides nothing: a person does, for each
finding. Patterns only, each with bounded repeats, so that the time grows with the text and no faster. What
looks alike and is no one's data (numbers of decisions, money, dates, quantities) is no finding; where a
number could be either, words beside it ("CCCD", "số tài khoản") decide.
"""

from haidang.engine.scan.kinds import ScanFinding, ScanKind
from haidang.engine.scan.scanning import scan_text

__all__ = ["ScanFinding", "ScanKind", "scan_text"]
