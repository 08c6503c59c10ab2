"""Old addresses: what is asked for leads on, circles are refused, a table is taken over whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amur.portal.redirects.exchange import export_csv, import_csv
from amur.portal.redirects.models import Hits, OldAddress


def keep(office: Any, pattern: str, target: str = "") -> OldAddress:
    row = OldAddress(office=office, pattern=pattern, target=target)
    row.full_clean()
    row.save()
    return row


@pytest.mark.parametrize(
    ("pattern", "asked", "found"),
    [
        ("/docs/detail.php?ID=11404", "/docs/detail.php?ID=11404", True),
        ("/docs/detail.php?ID=11404", "/docs/detail.php?utm=x&ID=11404", True),
        ("/docs/detail.php?ID=11404", "/docs/detail.php?ID=1140", False),
        ("/docs/detail.php?ID=11404", "/docs/detail.php", False),
        ("/about/partners/", "/about/partners", True),
        ("/about/old/*", "/about/old/2018/item/", True),
        ("/about/old/*", "/about/older/", False),
        ("/лес/тигр/", "/%D0%BB%D0%B5%D1%81/%D1%82%D0%B8%D0%B3%D1%80/", True),
    ],
)
def test_an_old_address_is_known_by_its_path_and_its_query(
    cast: Any, pattern: str, asked: str, found: bool
) -> None:
    keep(cast.ours, pattern, "/en/species/")
    answer = Client().get(asked, headers={"accept-language": "en"})
    while answer.status_code == 301 and answer.headers["Location"].rstrip("/") == asked.rstrip("/"):
        answer = Client().get(answer.headers["Location"])  # the slash was added first
    assert (answer.status_code, answer.headers.get("Location")) == (
        (301, "/en/species/") if found else (404, None)
    )


def test_an_address_without_a_target_is_gone_for_good(cast: Any) -> None:
    keep(cast.ours, "/en/old/page.php")
    answer = Client().get("/en/old/page.php")
    assert answer.status_code == 410 and b"<html" in answer.content


def test_the_nearer_of_two_rows_wins(cast: Any) -> None:
    keep(cast.ours, "/docs/*", "/en/library/")
    keep(cast.ours, "/docs/detail.php?ID=7", "/en/species/")
    assert Client().get("/docs/detail.php?ID=7").headers["Location"] == "/en/species/"
    assert Client().get("/docs/detail.php?ID=8").headers["Location"] == "/en/library/"


def test_requests_are_counted_by_month_and_nothing_else_is_kept(cast: Any) -> None:
    row = keep(cast.ours, "/en/old/page.php", "/en/")
    for _ in range(3):
        Client().get("/en/old/page.php")
    assert Hits.objects.get(address=row).count == 3
    assert {field.name for field in Hits._meta.fields} == {"id", "address", "month", "count"}


def test_a_page_that_exists_never_asks_the_table(cast: Any, records: Any) -> None:
    keep(cast.ours, "/en/*", "/ru/")
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/en/areas/").status_code == 200
    assert not any("redirects_oldaddress" in query["sql"] for query in queries)


def test_a_circle_is_refused_however_long(cast: Any) -> None:
    keep(cast.ours, "/a/", "/b/")
    keep(cast.ours, "/b/", "/c/?x=1")
    with pytest.raises(ValidationError, match="circle"):
        keep(cast.ours, "/c/", "/a")
    with pytest.raises(ValidationError, match="circle"):
        keep(cast.ours, "/d/*", "/d/e/")


@pytest.mark.parametrize(
    ("pattern", "target"),
    [
        ("no-slash/", "/en/"), ("//host/", "/en/"), ("/a b/", "/en/"), ("/a*b/", "/en/"), ("/*", "/en/"),
        ("/admin/x/", "/en/"), ("/a/", "javascript:alert(1)"), ("/a/", "//host/"), ("/a/", "/en/\r\nX: y"),
        ("/a/", "http://host/"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(cast: Any, pattern: str, target: str) -> None:
    with pytest.raises(ValidationError):
        keep(cast.ours, pattern, target)


def test_a_table_is_taken_over_and_again_without_a_change(cast: Any) -> None:
    text = "old,new\n/a.php?ID=1,/en/\n/b.php,\n"
    first, again = import_csv(text, cast.ours), import_csv(text, cast.ours)
    assert (first.added, again.added, again.same) == (2, 0, 2)
    assert import_csv(export_csv(OldAddress.objects.all()), cast.ours).same == 2


def test_one_wrong_row_keeps_the_whole_table_out_and_every_wrong_row_is_named(cast: Any) -> None:
    keep(cast.theirs, "/theirs/", "/en/")
    text = "old,new\n/good/,/en/\nbad,/en/\n/theirs/,/ru/\n/good/,/mn/\n/x/,/y/\n/y/,/x/\n"
    with pytest.raises(ValidationError) as caught:
        import_csv(text, cast.ours)
    told = "\n".join(caught.value.messages)
    for line in ("Line 3", "Line 4", "Line 5", "Line 6", "Line 7"):
        assert line in told
    assert OldAddress.objects.count() == 1


def test_the_import_page_lists_the_errors(cast: Any, log_in: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = log_in(cast.editor)
    data = {"office": cast.ours.pk, "file": SimpleUploadedFile("a.csv", b"old,new\nbad,/en/\n")}
    page = browser.post("/admin/old-addresses/import/", data)
    assert page.status_code == 200 and "Line 2" in page.content.decode()
    data["file"] = SimpleUploadedFile("a.csv", b"old,new\n/good/,/en/\n")
    assert browser.post("/admin/old-addresses/import/", data).status_code == 302
    assert OldAddress.objects.get().office == cast.ours
