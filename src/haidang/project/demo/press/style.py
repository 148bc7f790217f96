"""The style sheet of the invented newspapers: one small sheet, each paper with its own colour."""

from __future__ import annotations

_SHEET = """
:root { --accent: ACCENT; --paper: #fffdf8; --ink: #1d1b18; --soft: #655f56; --line: #ddd5c6; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #191816; --ink: #ece7dd; --soft: #aaa294; --line: #3a3630; }
  .masthead .name, .sidebar h3, a:hover { color: var(--ink); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font-family: Georgia, "Noto Serif", "Noto Serif CJK SC", serif; }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
img { width: 100%; height: auto; display: block; }
.invented { margin: 0; padding: .35rem 1rem; background: var(--accent); color: #fff;
  text-align: center; font: .8rem/1.4 system-ui, sans-serif; }
.masthead, nav, main, .page, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
.masthead { text-align: center; padding-top: 1.6rem; }
.masthead .name { font-size: clamp(2rem, 6vw, 3.6rem); font-weight: 700; color: var(--accent);
  letter-spacing: -.01em; line-height: 1.1; }
.motto { margin: .3rem 0 1rem; color: var(--soft); font-style: italic; }
nav ul { display: flex; flex-wrap: wrap; justify-content: center; gap: .3rem 1.4rem; padding: .5rem 0;
  margin: 0 0 1.4rem; list-style: none; border: solid var(--line); border-width: 1px 0;
  font: .92rem/1.6 system-ui, sans-serif; }
.lead { display: grid; grid-template-columns: 3fr 2fr; gap: 1.6rem; align-items: center;
  padding-bottom: 1.4rem; border-bottom: 3px double var(--line); }
.lead h2 { font-size: clamp(1.5rem, 3.4vw, 2.4rem); line-height: 1.2; margin: 0 0 .6rem; }
.stories { columns: 3 17rem; column-gap: 1.8rem; padding-top: 1.2rem; }
.stories article { break-inside: avoid; padding-bottom: .9rem; margin-bottom: .9rem;
  border-bottom: 1px solid var(--line); }
.stories h3 { margin: 0 0 .2rem; font-size: 1.12rem; line-height: 1.3; }
.stories p { margin: 0; color: var(--soft); font-size: .95rem; }
.when, .date, .detail-time, .section, .path, figcaption, .share, .related, .sidebar, footer {
  font-family: system-ui, sans-serif; font-size: .85rem; color: var(--soft); }
.page { display: grid; grid-template-columns: minmax(0, 3fr) minmax(12rem, 1fr); gap: 2.4rem; }
.page > h1, .page > p, .page > ul { grid-column: 1 / -1; margin: 0; }
.page article, .detail, .story { font-size: 1.12rem; }
.page h1 { font-size: clamp(1.6rem, 4vw, 2.5rem); line-height: 1.18; margin: .3rem 0 .7rem; }
.sapo, .detail-sapo { font-size: 1.15rem; font-weight: 600; line-height: 1.5; }
figure { margin: 1rem 0; }
.related { border-left: 4px solid var(--accent); padding: .2rem 1rem; margin: 1.2rem 0; }
.sidebar h3 { color: var(--accent); margin: 0 0 .4rem; }
.sidebar ol { padding-left: 1.2rem; } .sidebar li { margin-bottom: .5rem; }
.letter { border: 1px solid var(--line); padding: 1rem; }
.text-right { text-align: right; }
.kiosk { list-style: none; padding: 0; columns: 2 18rem; }
.kiosk li { padding: .5rem 0; break-inside: avoid; }
footer { margin-top: 2.4rem; padding-top: 1rem; padding-bottom: 2rem;
  border-top: 3px double var(--line); text-align: center; }
@media (max-width: 44rem) { .lead, .page { grid-template-columns: minmax(0, 1fr); } }
"""


def render_style(accent: str) -> str:
    """The sheet with the colour of one paper."""
    return _SHEET.replace("ACCENT", accent)
