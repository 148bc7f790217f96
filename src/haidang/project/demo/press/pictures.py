"""A small drawn landscape for each article: sky, sun, hills and a river, varied by its number."""

from __future__ import annotations

_SKIES = (("#f6d6a8", "#f2a65a"), ("#cfe6ee", "#7fb3c8"), ("#e9dff0", "#a58fc2"))
_HILLS = (("#5d8a66", "#2f5d50"), ("#7d8f5b", "#4a5d34"), ("#6d7f99", "#3c4c66"))


def draw_picture(number: int) -> str:
    """An SVG of 640 by 360; the same number gives the same picture."""
    sky_top, sky_low = _SKIES[number % 3]
    far, near = _HILLS[number // 3 % 3]
    sun_x, sun_y = 80 + number // 9 % 480, 60 + number // 7 % 80
    peaks = [150 + number // step % 70 for step in (11, 13, 17, 19)]
    bend = 220 + number // 23 % 200
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" role="img">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="{sky_top}"/><stop offset="1" stop-color="{sky_low}"/>
</linearGradient></defs>
<rect width="640" height="360" fill="url(#s)"/>
<circle cx="{sun_x}" cy="{sun_y}" r="34" fill="#fff4dc" opacity=".85"/>
<path d="M0 {peaks[0]} Q160 {peaks[1] - 60} 320 {peaks[2]} T640 {peaks[3]} V360 H0Z" fill="{far}"/>
<path d="M0 {peaks[2] + 70} Q200 {peaks[3]} 400 {peaks[0] + 60} T640 {peaks[1] + 50} V360 H0Z"
 fill="{near}"/>
<path d="M{bend} 236 C{bend - 60} 270 {bend + 110} 300 {bend - 40} 360 H{bend + 150}
 C{bend + 190} 300 {bend} 270 {bend + 14} 236Z" fill="#dfeef0" opacity=".9"/>
</svg>
"""
