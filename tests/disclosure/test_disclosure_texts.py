"""Coordinates typed into texts: property 26, with false alarms counted on real prose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from disclosure_cast import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from amur.disclosure import mask, scan

NOTATIONS = """
43.1156, 131.8855
131.8855 43.1156
43,1156; 131,8855
43,1156 131,8855
43.1156,131.8855
[131.8855,43.1156]
48.2, 134.8
43.1156/131.8855
POINT(131.88 43.11)
-12.3456, -45.6789
{"lat":43.1,"lng":131.8}
<trkpt lat="43.1" lon="131.8">
latitude: 43.1
43.1156° N, 131.8855° E
N43.1156 E131.8855
48.1234°, 134.5678°
GPS 43.1156N 131.8855E
43°07'12"N 131°53'07"E
43º07’12” N
43° 07.123' N
N43°07.123 E131°53.101
N 43 07 12 E 131 53 07
43 07 12 N, 131 53 07 E
43-07-12 N 131-53-07 E
43:07:12N 131:53:07E
43d07m12sN
430712N 1315307E
43°07′12″ с. ш. 131°53′07″ в. д.
43,1156° с. ш.
43,1156 с.ш.
43 град. 07 мин. с.ш.
43 градуса 07 минут северной широты
43,12 северной широты
широта 43,1, долгота 131,8
北纬43.1156度，东经131.8855度
北纬43°07′，东经131°53′
北纬43度07分12秒
北纬四十三度七分
北緯４３．１１５６
东经：131.88
纬度43.11
хойд өргөрөг 48.123
ХӨ 48°12'33"
52T 650123 4870456
52 T 650123 E 4870456 N
650123 4870456
X=4870456 Y=22650123
E 650 123 N 4 870 456
52TFN5012370456
52T FN 50123 70456
52TFN5070
52tfn5012370456
8Q7XMQ8J+2V
MQ8J+2V Vladivostok
8Q7X0000+
geo:43.11,131.88
///filled.count.soap
///高山.流水.知音
坐标为43.1156,131.8855的巢
geohash: wxyz12
https://maps.app.goo.gl/abcDEF
https://www.google.com/maps/place/foo
https://www.google.com/maps/@43.1156,131.8855,12z
https://yandex.ru/maps/-/CDabc
https://2gis.ru/vladivostok/geo/123
https://uri.amap.com/marker?x
https://www.openstreetmap.org/#map=12/43.1156/131.8855
https://example.org/?q=43.1156%2C131.8855
43&deg;07&prime;12&Prime; N
43<b>.1156</b>, 131.<i>8855</i>
43.11\u200b56, 131.88\u00ad55
٤٣.١١٥٦, ١٣١.٨٨٥٥
""".strip().splitlines()

HARMLESS = """
A population of 540 (523-571) on 45 439 ha, 12.05.2024
12.05.2024, 13.05.2024
Between 12:30 and 14:00
Its range lies at 50–55° N.
севернее 50° с. ш.
0.56 ± 0.12, 1.23 ± 0.4
CI 0.051, 0.082
+7 (4232) 41-48-68
690003 2414868
doi 10.1017/S0959270915000301
48.2–50.1 %
50.1%, 49.9%
длина 41,5 и 120,3 см
1.234 and 5.678
7.3 M ha, 7.6 M ha
30 °C at night
2024-05-03 12.30, 13.45
3D printing on a 52T
ISBN 978-5-905069-06-0
284-pr of 20.09.2013
Day 12 d 3 m
RU 25 N 12
вес 120,5 кг и 41,2 кг
2 + 2 = 4
tigers 2005: 428-502, 2015: 523-540
2013年5月22日 面积 4.5 万公顷
Приказ № 123 от 12.05.2013
https://example.org/report/2013/05
""".strip().splitlines()


@pytest.mark.parametrize("text", NOTATIONS)
def test_a_coordinate_is_found_alone_and_within_a_sentence(text: str) -> None:
    for sentence in (
        text,
        f"Логово находится здесь: {text} (проверить).",
        f"<p>在{text}。</p>",
        f"\n{text}\n",
    ):
        assert scan(sentence), sentence


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert scan(text) == ()
    assert scan(f"<p>{text}</p>") == ()


def test_the_real_texts_of_the_programme_raise_no_false_alarm() -> None:
    facts = Path(__file__).parents[3] / "shared" / "data" / "amur" / "facts.json"
    if not facts.exists():
        pytest.skip("the programme's facts are not beside this checkout")
    texts: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            texts.append(value)
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(item)

    collect(json.loads(facts.read_text(encoding="utf-8")))
    assert len(texts) > 1000
    assert [text for text in texts if scan(text)] == []


@given(st.floats(40, 56), st.floats(105, 142), st.integers(2, 8), st.sampled_from([", ", " ", "; ", "/"]))
@PROPERTY
def test_any_pair_of_the_region_is_found(
    latitude: float, longitude: float, digits: int, between: str
) -> None:
    assert scan(f"at {latitude:.{digits}f}{between}{longitude:.{digits}f} today")
    assert scan(f"at {longitude:.{digits}f}{between}{latitude:.{digits}f} today")


@given(st.integers(40, 55), st.integers(105, 141), st.integers(0, 59), st.integers(0, 59))
@PROPERTY
def test_any_degrees_and_minutes_are_found(north: int, east: int, minutes: int, seconds: int) -> None:
    assert scan(f"{north}°{minutes:02}'{seconds:02}\" с. ш., {east}°{minutes:02}'{seconds:02}\" в. д.")
    assert scan(f"北纬{north}度{minutes}分{seconds}秒")
    assert scan(f"N{north} {minutes}.{seconds:02} E{east} {minutes}.{seconds:02}")


def test_what_is_masked_is_gone_and_the_rest_stays() -> None:
    text = "Meet at 43°07′12″ с. ш., 131°53′07″ в. д. & bring 2 kg; see https://maps.app.goo.gl/x1 too"
    masked = mask(text, "(place withheld)")
    assert masked == "Meet at (place withheld)., (place withheld). & bring 2 kg; see (place withheld) too"
    assert scan(masked) == ()


@given(st.text(alphabet="0123456789.,°'\" NEсшвд北纬度分<b>&;/-+ XY", max_size=60))
@PROPERTY
def test_any_text_can_be_scanned_and_its_spans_lie_within_it(text: str) -> None:
    end = 0
    for finding in scan(text):
        assert end <= finding.start < finding.end <= len(text)
        end = finding.end


def test_long_hostile_texts_are_read_in_one_pass() -> None:
    """They end: patterns that try every split of a long run would not, within any test's patience."""
    for piece in (
        "43.1 ",
        "a.",
        "<",
        "&a",
        "1",
        "1.1,",
        "12 12 12 ",
        "12°",
        "北纬",
        "https://a.",
        "lat ",
        "///a.",
    ):
        scan(piece * 3_000)
    scan("43.1" + " " * 20_000 + "x")
