from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    """The newsletter: issues, their files, and the readers who get them by e-mail."""

    name = "amur.portal.newsletter"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from amur.portal.newsletter import signals
        from amur.portal.newsletter.records import ISSUES
        from amur.portal.newsletter.tasks import KINDS, PROBLEMS
        from amur.portal.newsletter.views import in_sitemap
        from amur.portal.release.actions import follow
        from amur.portal.runs import queries
        from amur.portal.runs.kinds import register
        from amur.portal.website import sitemaps

        follow(ISSUES)
        for kind in KINDS:
            register(kind)
        queries.PROBLEMS.update(PROBLEMS)
        sitemaps.FURTHER.append(in_sitemap)
        signals.connect()
