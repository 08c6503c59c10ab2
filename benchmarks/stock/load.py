"""Fill the stock site with the very texts of our demonstration content."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stock.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402

from amur.portal.demo.content_files import pages  # noqa: E402
from stock.models import ContentPage, HomePage, NewsIndexPage  # noqa: E402

call_command("makemigrations", "stock", verbosity=0)
call_command("migrate", verbosity=0)
root = Page.get_first_root_node()
Page.objects.filter(depth=2).delete()
root.refresh_from_db()
MODELS = {"home": HomePage, "news-index": NewsIndexPage}
ORDER = ("home", "news-index", "module", "text", "news")
parents, keys = {}, {}
for row in sorted((row for row in pages() if row["kind"] in ORDER), key=lambda one: ORDER.index(one["kind"])):
    kind = row["kind"]
    model = MODELS.get(kind, ContentPage)
    for code, words in row["texts"].items():
        locale, _ = Locale.objects.get_or_create(language_code=code)
        slug = f"home-{code}" if kind == "home" else words["slug"]
        page = model(title=words["title"], slug=slug, locale=locale, show_in_menus=kind == "module")
        page.translation_key = keys.setdefault(row["key"], page.translation_key)
        if model is ContentPage:
            page.summary = f"<p>{words['summary']}</p>"
            page.body = [
                {"type": name, "value": value} for name, value in words["body"] if name in {"heading", "text"}
            ]
        above = {"home": root, "news": parents.get(("news-index", code))}.get(
            kind, parents.get(("home", code))
        )
        parents[kind, code] = above.add_child(instance=page)
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", root_page=parents["home", "en"], is_default_site=True)
