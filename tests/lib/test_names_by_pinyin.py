"""Names are found by what people type: characters, a part, pinyin, initials."""

from __future__ import annotations

import pytest

from linli.lib.names_by_pinyin import name_rank


@pytest.mark.parametrize(
    ("asked", "name", "rank"),
    [("北苑社区第1网格", "北苑社区第1网格", 0), ("北苑", "北苑社区第1网格", 1), ("第１网格", "北苑社区第1网格", 2), ("北苑1网格", "北苑社区第1网格", 2),
     ("beiyuan", "北苑社区第1网格", 3), ("by", "北苑社区第1网格", 3), ("bei yuan", "北苑社区第1网格", 3), ("d1wg", "北苑社区第1网格", 4),
     ("wangge", "北苑社区第1网格", 4), ("chongqing", "重庆路", 3), ("zhongqing", "重庆路", 3), ("cql", "重庆路", 3), ("Lvyuan", "绿苑", 3),
     ("沈明月", "沈明月", 0), ("smy", "沈明月", 3), ("b", "北苑", 3), ("y", "北苑", None), ("苑北", "北苑", None), ("南苑", "北苑", None),
     ("", "北苑", None), ("  ", "北苑", None), ("liuyin", "柳荫社区", 3), ("Liuyin", "Liuyin", 0)],
)  # fmt: skip
def test_a_name_is_found(asked: str, name: str, rank: int | None) -> None:
    assert name_rank(asked, name) == rank


def test_a_name_of_many_readings_costs_no_more() -> None:
    assert name_rank("zzz", "长重行乐" * 200) is None
