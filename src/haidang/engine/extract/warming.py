"""What reading needs at its first page, made ready before the first stranger's page comes.

The numbers of the model, the tables of characters and the list of public suffixes are made once, where
each reading child would otherwise make them for itself (the first page takes as long as thirty others).
"""

from __future__ import annotations

from datetime import UTC, datetime

from haidang.engine.extract.page import extract_page

ROUNDS = 10  # after so many, the interpreter has settled on the quick form of each instruction
URL = "https://bao.example.vn/doi-song/cau-moi-thong-xe.html"
NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
PAGE = """<!doctype html><html lang="vi"><head><title>Cầu mới thông xe | Báo Mẫu</title>
<meta property="og:title" content="Cầu mới thông xe"><meta property="og:site_name" content="Báo Mẫu">
<meta name="description" content="Cây cầu mới bắc qua sông đã thông xe sáng nay sau hai năm thi công.">
<link rel="canonical" href="https://bao.example.vn/doi-song/cau-moi-thong-xe.html">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Cầu mới thông xe",
"datePublished": "2026-01-02T08:00:00+07:00", "dateModified": "2026-01-02T09:00:00+07:00"}</script></head>
<body><nav class="menu"><ul><li><a href="/">Trang chủ</a></li></ul></nav>
<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/doi-song">Đời sống</a></li></ul>
<div id="main" class="container"><article class="post-content"><h1 class="title">Cầu mới thông xe</h1>
<p class="sapo">Cây cầu mới bắc qua sông đã thông xe sáng nay sau hai năm thi công.</p>
<span class="date">02/01/2026 08:00</span><div class="articleBody">
<p>Từ 7 giờ, dòng xe đầu tiên đã qua cầu. Theo ban quản lý, cầu dài 1.250 m, có bốn làn xe &amp; hai lối đi bộ.</p>
<p>“Đi chợ bây giờ chỉ mất mười phút”, một người dân ở bờ nam nói. Trước đây, bà con phải chờ phà nửa giờ.</p>
<p>The bridge was opened on Friday morning, two years after work on it began; ferries will stop next week.</p>
<figure><img src="cau.jpg" alt=""><figcaption>Xe qua cầu sáng nay.</figcaption></figure>
<p style="text-align: right"><strong>An Bình</strong></p></div></article>
<aside class="related"><h3>Tin liên quan</h3><a href="/1">Phà cũ sẽ dừng chạy</a></aside></div>
<footer>Giấy phép số 1</footer></body></html>""".encode()


def warm_up() -> None:
    """Read an invented page some times. Takes a tenth of a second of CPU."""
    for _ in range(ROUNDS):
        extract_page(PAGE, url=URL, content_type="text/html; charset=utf-8", now=NOW)
