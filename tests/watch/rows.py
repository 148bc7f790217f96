"""A small invented press as rows: publications, feeds, entries, and articles that were really placed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from haidang.engine.pipeline import FeedVisit
from haidang.engine.types import (
    EntryData,
    FeedData,
    FeedKind,
    PageData,
    Precision,
    VisitDecision,
    When,
)
from haidang.watch import actions
from haidang.watch.actions.pages import page_to_json
from haidang.watch.enums import EntryState, Level
from haidang.watch.models import Article, Entry, Feed, Publication, PublicationHost

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)

BRIDGE = """\
Sáng nay, huyện Vân Trì khánh thành cầu Suối Mộc nối xã Tân Lập với xã Đồng Bãi, sau mười bốn tháng thi công.
Cầu dài 186 mét, rộng chín mét, vốn đầu tư 92 tỷ đồng từ ngân sách tỉnh Lam Giang.
Trước đây, mỗi mùa lũ học sinh Đồng Bãi phải nghỉ học vì bè mảng không qua được suối.
Chủ tịch huyện cho biết xe cứu thương nay đến trạm y tế xã trong hai mươi phút thay vì hơn một giờ.
Ngay sau lễ cắt băng, hàng trăm người dân hai xã đã đi bộ qua cầu trong tiếng trống của đội thiếu nhi."""

BRIDGE_ELSEWHERE = """\
Cầu Suối Mộc ở huyện Vân Trì chính thức thông xe, khép lại cảnh đi bè qua suối của xã Đồng Bãi.
Công trình trị giá 92 tỷ đồng do tỉnh Lam Giang cấp vốn, dài 186 mét.
Bà con Tân Lập và Đồng Bãi chờ cây cầu này đã hơn hai mươi năm, từ trận lũ cuốn mất cầu treo cũ.
Thầy hiệu trưởng trường Đồng Bãi nói năm học này không em nào phải nghỉ vì nước suối dâng.
Sau khi khánh thành, huyện Vân Trì sẽ làm tiếp bốn cây số đường từ đầu cầu vào trung tâm xã."""

RICE = """\
Hợp tác xã An Khê vừa gặt xong ba mươi héc-ta lúa ngắn ngày, sớm hơn mọi năm gần ba tuần.
Năng suất bình quân đạt sáu tấn rưỡi, thương lái vào tận ruộng trả giá cao hơn vụ trước.
Nông dân cho biết giống mới chịu rầy tốt nhưng cần bón ít đạm để tránh bệnh đạo ôn.
Phòng nông nghiệp dự kiến mở rộng diện tích lên hai trăm héc-ta trong vụ tới."""

_numbers = itertools.count(1)


def make_publication(
    name: str = "",
    *,
    host: str = "",
    country: str = "VN",
    language: str = "vi",
    level: Level = Level.PROVINCE,
) -> Publication:
    """A registered publication on one host."""
    number = next(_numbers)
    name = name or f"Báo số {number}"
    host = host or f"bao-{number}.example"
    publication = Publication.objects.create(
        name=name,
        organisation=f"Cơ quan của {name}",
        organisation_page=f"https://{host}/gioi-thieu",
        country=country,
        language=language,
        level=level,
        registered_at=NOW - timedelta(days=100),
    )
    PublicationHost.objects.create(publication=publication, host=host)
    return publication


def host_of(publication: Publication) -> str:
    return publication.hosts.get().host


def make_feed(publication: Publication | None = None, **told: object) -> Feed:
    """A feed of that publication, due now."""
    publication = publication or make_publication()
    number = next(_numbers)
    values = {"url": f"https://{host_of(publication)}/feed-{number}.xml", "next_visit_at": NOW}
    return Feed.objects.create(publication=publication, **{**values, **told})


def make_entry(feed: Feed | None = None, **told: object) -> Entry:
    """An entry of that feed, waiting to be read."""
    feed = feed or make_feed()
    number = next(_numbers)
    url = f"https://{host_of(feed.publication)}/bai-{number}.html"
    values = {"key": url, "url": url, "title": f"Tin số {number}", "first_seen": NOW}
    return Entry.objects.create(feed=feed, **{**values, **told})


def make_page(
    text: str = RICE,
    *,
    title: str = "An Khê gặt lúa sớm",
    at: datetime | None = None,
    **told: object,
) -> PageData:
    """A page as the engine reads it."""
    values = {"lead": "", "language": "vi", "published": When(at) if at else None}
    return PageData(title=title, text=text, **{**values, **told})


def make_read(
    publication: Publication,
    text: str = RICE,
    *,
    title: str = "An Khê gặt lúa sớm",
    at: datetime = NOW,
    seen: datetime | None = None,
    feed: Feed | None = None,
    **told: object,
) -> Entry:
    """An entry whose page was read, waiting to be placed."""
    page = make_page(text, title=title, at=at, **told)
    return make_entry(
        feed or publication.feeds.first() or make_feed(publication),
        title=title,
        state=EntryState.READ,
        published_at=at,
        precision=Precision.TIME,
        first_seen=seen or at + timedelta(minutes=5),
        page=page_to_json(page),
    )


def place(*entries: Entry, now: datetime = NOW) -> list[Article]:
    """Place what waits; the articles of these entries."""
    actions.place_waiting(now=now)
    placed = {row.id: row.article for row in Entry.objects.select_related("article")}
    return [placed[entry.id] for entry in entries]


def make_article(
    publication: Publication | None = None, text: str = RICE, **told: object
) -> Article:
    """An article that came the whole way from "read" onwards."""
    return place(make_read(publication or make_publication(), text, **told))[0]


def make_visit(
    *entries: EntryData, kind: FeedKind = FeedKind.RSS, at: datetime = NOW + HOUR, **told: object
) -> FeedVisit:
    """A visit that brought these entries."""
    values = {
        "data": FeedData(kind=kind, title="Trang nhất", entries=entries),
        "next": VisitDecision(at=at, interval_s=3600.0, why="quiet"),
    }
    return FeedVisit(**{**values, **told})


def make_told(feed: Feed, name: str, **told: object) -> EntryData:
    """An entry as that feed tells it."""
    url = f"https://{host_of(feed.publication)}/{name}"
    return EntryData(**{"key": name, "url": url, "title": f"Tin {name}", **told})


def words_of(texts: Sequence[str]) -> str:
    return "\n".join(texts)
