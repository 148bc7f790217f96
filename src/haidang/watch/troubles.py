"""The one place where the engine's troubles become sentences, in the reader's language.

A sentence says what happened, what was kept and what to do. A word without a sentence fails a test;
at run time an unknown word (from a later version's row) is told as such and never breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from haidang.core.query_words import FAULTS, UNREADABLE
from haidang.engine.errors import EngineError, Trouble

Text = LazyText | str

TROUBLES: dict[str, Text] = {
    Trouble.BAD_ADDRESS: gettext_lazy(
        "The address %(url)s cannot be read as a web address. Nothing was fetched; correct the address."
    ),
    Trouble.DENIED_ADDRESS: gettext_lazy(
        "The name %(host)s leads to an address inside a private network (%(ip)s), which the desk does "
        "not enter. Nothing was fetched; if the host is yours, the operator can allow it by name."
    ),
    Trouble.NO_SUCH_HOST: gettext_lazy(
        "No server is known under the name %(host)s. What was read before is kept; check the spelling "
        "of the address, or wait if the name is new."
    ),
    Trouble.CONNECT_FAILED: gettext_lazy(
        "The server %(host)s could not be reached. What was read before is kept; the desk tries again "
        "by itself."
    ),
    Trouble.TIMED_OUT: gettext_lazy(
        "The server did not answer within %(seconds)s seconds. What was read before is kept; the desk "
        "tries again by itself."
    ),
    Trouble.TLS_FAILED: gettext_lazy(
        "The certificate of %(host)s is not valid, so the desk did not read what it sent. What was read "
        "before is kept; tell the publication, or correct the address."
    ),
    Trouble.TOO_LARGE: gettext_lazy(
        "The answer is larger than %(limit_mb)s MB and was cut off unread. What was read before is "
        "kept; look for a smaller feed of the same publication."
    ),
    Trouble.BOMB: gettext_lazy(
        "The answer unpacks to %(ratio)s times its size, as no newspaper page does, and was refused. "
        "What was read before is kept; check the address with the publication."
    ),
    Trouble.BAD_ENCODING: gettext_lazy(
        "The answer is packed in a way the desk does not open (%(encoding)s). What was read before is "
        "kept; the publication can correct this."
    ),
    Trouble.BAD_HTTP: gettext_lazy(
        "The server answered in a way that cannot be read (%(detail)s). What was read before is kept; "
        "the desk tries again by itself."
    ),
    Trouble.TOO_MANY_REDIRECTS: gettext_lazy(
        "The address led on more than %(limit)s times without arriving. What was read before is kept; "
        "open the address in a browser and register the one it ends at."
    ),
    Trouble.ROBOTS_DENIED: gettext_lazy(
        "%(host)s asks robots not to read this address, and the desk obeys. Headlines already known are "
        "kept; the publication can give permission in its robots.txt."
    ),
    Trouble.ROBOTS_UNREACHABLE: gettext_lazy(
        "The robots.txt of this server could not be read, which counts as “no” until it can. What was "
        "read before is kept; the desk asks again by itself."
    ),
    Trouble.HTTP_STATUS: gettext_lazy(
        "The server answered with error %(status)s. What was read before is kept; if it stays so, "
        "check the address in a browser."
    ),
    Trouble.HOST_BUSY: gettext_lazy(
        "The server asks for patience (answer %(status)s). What was read before is kept; the desk "
        "comes back when the server said, or later."
    ),
    Trouble.GONE: gettext_lazy(
        "The server says that this address is gone for good. All articles are kept and visits have "
        "ended; look for the publication's new feed."
    ),
    Trouble.HUB_DENIED: gettext_lazy(
        "The hub that this feed names does not tell us of new entries. Nothing is lost: the desk visits "
        "the feed as it does any other, and asks the hub again in a week."
    ),
    Trouble.NOT_A_FEED: gettext_lazy(
        "This address holds no feed (it holds: %(saw)s). What was read before is kept; look for the "
        "feed's own address, or register the page as a page without a feed."
    ),
    Trouble.BAD_FEED: gettext_lazy(
        "The feed is too broken to be read (%(detail)s). What was read before is kept; the desk tries "
        "again by itself, and the publication can correct it."
    ),
    Trouble.NO_LINKS: gettext_lazy(
        "No links to articles were found on this page. What was read before is kept; register the "
        "page on which the publication lists its articles."
    ),
    Trouble.NOT_HTML: gettext_lazy(
        "The address holds no web page (it holds: %(content_type)s). The headline from the feed is "
        "kept; there is nothing to do."
    ),
    Trouble.HOSTILE_MARKUP: gettext_lazy(
        "The page is built beyond reason (%(what)s, more than %(limit)s) and was not opened. The "
        "headline from the feed is kept; read the page at the publication."
    ),
    Trouble.NO_TEXT: gettext_lazy(
        "No text was found on the page. The headline from the feed is kept; read the page at the "
        "publication."
    ),
    Trouble.OTHER_HOST: gettext_lazy(
        "The feed leads to %(host)s, which belongs to no registered publication. Nothing was fetched "
        "from there; register that host if it is the same organisation's."
    ),
    Trouble.TOO_SLOW: gettext_lazy(
        "Reading took longer than %(seconds)s seconds and was stopped. What was fetched is kept; the "
        "desk tries again once and goes on with the rest."
    ),
    Trouble.TOO_HUNGRY: gettext_lazy(
        "Reading needed more than %(limit_mb)s MB of memory and was stopped. What was fetched is kept; "
        "the desk goes on with the rest."
    ),
    Trouble.READER_DIED: gettext_lazy(
        "The reading process ended unexpectedly (%(detail)s). What was fetched is kept; the desk tries "
        "again once and goes on with the rest."
    ),
    Trouble.ARCHIVE_DAMAGED: gettext_lazy(
        "A stored page no longer matches its record (%(file)s). Nothing was deleted; run “haidang "
        "evidence verify” and restore the file from a backup."
    ),
    Trouble.BAD_QUERY: UNREADABLE,
    Trouble.BAD_FILE: gettext_lazy(
        "The file cannot be read at line %(line)s (%(detail)s). What came before that line is kept; "
        "correct the line and import again."
    ),
    Trouble.BAD_CLIPPING: gettext_lazy(
        "This file is not taken (%(detail)s). Nothing was kept; hand in a picture, a PDF or a plain text."
    ),
    Trouble.CLIPPING_UNREAD: gettext_lazy(
        "No text could be read from the file (%(detail)s). The file is kept; type the text from it."
    ),
}
UNKNOWN = gettext_lazy(
    "Something went wrong that this version has no sentence for (%(word)s). What was read before is kept."
)
MISSING = "?"  # stands for a fact that an old row does not carry


# A query or a file can be wrong in ways that each have their own remedy: told instead of the general one.
CLOSER: dict[tuple[str, str], Text] = {
    **{(Trouble.BAD_QUERY.value, what): told for what, told in FAULTS.items()},
    (Trouble.BAD_FILE, "about_people"): gettext_lazy(
        "Line %(line)s has the field “%(field)s”, which tells of people. The whole file was refused and "
        "nothing was kept; import a file without authors, users or likes."
    ),
    (Trouble.BAD_FILE, "entities"): gettext_lazy(
        "Line %(line)s declares entities, which no list of feeds needs. Nothing was kept; export the list "
        "again without them."
    ),
    (Trouble.BAD_FILE, "xml"): gettext_lazy(
        "The file is not well-formed XML. Nothing was kept; export the list of feeds again."
    ),
    (Trouble.BAD_FILE, "opml"): gettext_lazy(
        "The file is not OPML. Nothing was kept; export the list of feeds as OPML."
    ),
}
CLOSER |= {
    (Trouble.BAD_FILE, "warc"): gettext_lazy(
        "The file is not a WARC archive, or its very beginning is damaged. Nothing was kept; get the file "
        "again."
    ),
    (Trouble.BAD_FILE, "warc_packed"): gettext_lazy(
        "The WARC archive was packed as one piece, so its records cannot be reached one by one. Nothing was "
        "kept; unpack it with gunzip and import the .warc file."
    ),
    (Trouble.BAD_CLIPPING, "too_large"): gettext_lazy(
        "The file is larger than %(limit_mb)s MB. Nothing was kept; scan it at a lower resolution, or hand "
        "in its pages one by one."
    ),
    (Trouble.BAD_CLIPPING, "empty"): gettext_lazy(
        "The file is empty. Nothing was kept; scan or save it again."
    ),
    (Trouble.BAD_CLIPPING, "kind"): gettext_lazy(
        "By its content the file is %(saw)s, whatever its name says. Nothing was kept; hand in PNG, JPEG, "
        "TIFF, PDF or plain text."
    ),
    (Trouble.BAD_CLIPPING, "polyglot"): gettext_lazy(
        "The file is two things at once: something else is hidden in or behind it. Nothing was kept; save "
        "it anew from the program that shows it."
    ),
    (Trouble.BAD_CLIPPING, "broken"): gettext_lazy(
        "The file is cut off or damaged. Nothing was kept; scan or save it again."
    ),
    (Trouble.BAD_CLIPPING, "pixels"): gettext_lazy(
        "The picture has %(width)s by %(height)s dots, far more than a scanned page. Nothing was kept; scan "
        "it at a lower resolution."
    ),
    (Trouble.BAD_CLIPPING, "pages"): gettext_lazy(
        "The file has %(pages)s pages or more, and at most %(limit)s are taken. Nothing was kept; hand in "
        "the pages of the article alone."
    ),
    (Trouble.BAD_CLIPPING, "locked"): gettext_lazy(
        "The PDF is locked with a password. Nothing was kept; save a copy that is not locked."
    ),
    (Trouble.CLIPPING_UNREAD, "no_tesseract"): gettext_lazy(
        "The text of pictures cannot be read on this machine: apt install tesseract-ocr tesseract-ocr-vie. "
        "The file is kept; type the text from it."
    ),
    (Trouble.CLIPPING_UNREAD, "no_vietnamese"): gettext_lazy(
        "The text was read without Vietnamese letters: apt install tesseract-ocr-vie. Correct it with care."
    ),
    (Trouble.CLIPPING_UNREAD, "no_pdftotext"): gettext_lazy(
        "The text of PDF files cannot be read on this machine: apt install poppler-utils. The file is kept; "
        "type the text from it."
    ),
    (Trouble.CLIPPING_UNREAD, "too_slow"): gettext_lazy(
        "Reading the file took too long and was stopped. The file is kept; type the text from it."
    ),
    (Trouble.CLIPPING_UNREAD, "too_large"): gettext_lazy(
        "The file holds far more text than an article. The file is kept; type or paste what belongs to "
        "the article."
    ),
    (Trouble.CLIPPING_UNREAD, "unreadable"): gettext_lazy(
        "The program that reads such files could not make sense of this one. The file is kept; type the "
        "text from it."
    ),
    (Trouble.CLIPPING_UNREAD, "no_text"): gettext_lazy(
        "No letters were found on the picture. The file is kept; type the text from it."
    ),
    (Trouble.CLIPPING_UNREAD, "pages"): gettext_lazy(
        "The file has %(pages)s pages and was not read. The file is kept; type or paste what belongs to "
        "the article."
    ),
    (Trouble.CLIPPING_UNREAD, "first_pages"): gettext_lazy(
        "The file has %(pages)s scanned pages; only the first were read. Add the rest from the file."
    ),
    (Trouble.CLIPPING_UNREAD, "only_signature"): gettext_lazy(
        "Nothing was left of the text once signatures and page furniture were taken out. Type the article "
        "itself."
    ),
}
# Words of the engine that stand as facts inside a sentence.
FACT_WORDS: dict[str, dict[str, Text]] = {
    "saw": {
        "html": gettext_lazy("a web page"),
        "empty": gettext_lazy("nothing at all"),
        "image": gettext_lazy("a picture"),
        "binary": gettext_lazy("a file that is no text"),
        "text": gettext_lazy("plain text"),
        "program": gettext_lazy("a program"),
        "archive": gettext_lazy("an archive or an office document"),
        "office": gettext_lazy("an office document"),
        "markup": gettext_lazy("a web page or a drawing that may carry a program"),
        "other_picture": gettext_lazy("a picture of a kind that is not taken"),
        "sound": gettext_lazy("a sound or a film"),
    },
    "what": {
        "tags": gettext_lazy("tags"),
        "attributes": gettext_lazy("attributes of one tag"),
        "depth": gettext_lazy("tags inside one another"),
        "missing": gettext_lazy("missing"),
        "cut": gettext_lazy("cut short"),
        "changed": gettext_lazy("changed"),
    },
    "detail": {
        "unreadable": gettext_lazy("no sense in it"),
        "sitemapindex": gettext_lazy("an index of other sitemaps"),
        "items": gettext_lazy("no list of items"),
        "ended": gettext_lazy("it ended"),
    },
}


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return MISSING


def tell_trouble(word: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence for a stored word and its facts; facts are strangers' text and not escaped here."""
    told = facts or {}
    fault = str(told.get("what") or told.get("detail") or "")
    sentence = CLOSER.get((word, fault)) or TROUBLES.get(word)
    if sentence is None:
        return str(UNKNOWN) % {"word": word}
    return str(sentence) % _Facts({name: _tell_fact(name, fact) for name, fact in told.items()})


def tell_error(error: EngineError) -> str:
    """The sentence for an error of the engine."""
    return tell_trouble(error.trouble.value, error.facts)


def _tell_fact(name: str, fact: object) -> object:
    if fact == "":
        return MISSING
    if isinstance(fact, bool) or not isinstance(fact, int | float):
        return str(FACT_WORDS.get(name, {}).get(str(fact), fact))
    return formats.localize(fact)
