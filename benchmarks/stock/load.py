"""Fill the stock site with the very texts of our demonstration content."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stock.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

from amur.portal.demo.content_files import pages  # noqa: E402
from stock.models import ContentPage, HomePage  # noqa: E402

call_command("makemigrations", "stock", verbosity=0)
call_command("migrate", verbosity=0)
root = Page.get_first_root_node()
Page.objects.filter(depth=2).delete()
root.refresh_from_db()
homes, keys = {}, {}
rows = [row for row in pages() if row["kind"] in {"home", "module", "text", "news"}]
for row in sorted(rows, key=lambda one: one["kind"] != "home"):
    for code, words in row["texts"].items():
        locale, _ = Locale.objects.get_or_create(language_code=code)
        model = HomePage if row["kind"] == "home" else ContentPage
        page = model(
            title=words["title"], slug=f"home-{code}" if model is HomePage else words["slug"], locale=locale
        )
        page.translation_key = keys.setdefault(row["key"], page.translation_key)
        if model is ContentPage:
            page.summary = f"<p>{words['summary']}</p>"
            page.body = [
                {"type": kind, "value": value} for kind, value in words["body"] if kind in {"heading", "text"}
            ]
            page.show_in_menus = row["kind"] == "module"
            homes[code].add_child(instance=page)
        else:
            homes[code] = root.add_child(instance=page)
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", root_page=homes["en"], is_default_site=True)
