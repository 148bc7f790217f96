"""Extract: the bytes of a page → title, lead, text, dates, canonical address (`PageData`).

Pure and slow on hostile pages: it runs in the sandbox. Refuses to carry any author's name: bylines
are read only to be cut from the text (promise 2); refuses dates in the future, canonical addresses
on other domains, and pictures (their address is told, they are never fetched).
"""

from haidang.engine.extract.naming import Naming, look_for_name
from haidang.engine.extract.page import extract_page
from haidang.engine.extract.paragraphs import clean_text
from haidang.engine.extract.warming import warm_up

__all__ = ["Naming", "clean_text", "extract_page", "look_for_name", "warm_up"]
