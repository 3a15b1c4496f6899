"""Addresses that open a point in the map programs of phones, each in the coordinates that it expects.

Amap's and Tencent's programs draw in GCJ-02, Baidu's in BD-09; a WGS 84 point given to them as theirs lies some 500 m beside the place. An address
holds the point and nothing else about it. Sources: Amap URI API "marker", Baidu Map URI API "marker", Tencent Location Service URI API
"marker", as published by each.
"""

from __future__ import annotations

from urllib.parse import urlencode

from linli.algorithms.coordinates import wgs84_to_bd09, wgs84_to_gcj02

DIGITS = 6  # of degrees, a tenth of a metre


def map_addresses(lon: float, lat: float, title: str) -> dict[str, str]:
    """The address for each program (`amap`, `baidu`, `tencent`) that marks a WGS 84 point with `title` (not empty).

    Outside mainland China the three draw WGS 84, and so the point stays as it is.
    """
    east, north = (f"{float(degrees):.{DIGITS}f}" for degrees in wgs84_to_gcj02(lon, lat))
    baidu_east, baidu_north = (f"{float(degrees):.{DIGITS}f}" for degrees in wgs84_to_bd09(lon, lat))
    amap = {"position": f"{east},{north}", "name": title, "src": "linli", "coordinate": "gaode", "callnative": "1"}
    baidu = {
        "location": f"{baidu_north},{baidu_east}", "title": title, "content": title, "output": "html", "coord_type": "bd09ll", "src": "webapp.linli.linli",
    }  # fmt: skip
    # Tencent parts the values of its marker by colons and semicolons.
    plain = title.replace(";", " ").replace(":", " ")
    tencent = {"marker": f"coord:{north},{east};title:{plain};addr:{plain}", "referer": "linli"}
    return {
        "amap": f"https://uri.amap.com/marker?{urlencode(amap)}",
        "baidu": f"https://api.map.baidu.com/marker?{urlencode(baidu)}",
        "tencent": f"https://apis.map.qq.com/uri/v1/marker?{urlencode(tencent)}",
    }
