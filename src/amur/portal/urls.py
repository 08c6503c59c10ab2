"""All addresses of the portal. Public pages carry their language in the path."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

from amur.portal.offices import views as offices
from amur.portal.website import views as website
from amur.portal.website.page_editing import edit_page

urlpatterns = [
    path("", website.choose_language, name="root"),
    path("health", website.health, name="health"),
    path("robots.txt", website.robots, name="robots"),
    path("sitemap.xml", website.sitemap, name="sitemap"),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    re_path(r"^admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("logo/<uuid:uuid>", offices.logo, name="office-logo"),
    path("admin/pages/<int:page_id>/edit/", edit_page),  # before Wagtail's own
    path("admin/", include(wagtailadmin_urls)),
    path("api/v1/", include("amur.portal.api.urls")),
    path("server/api/", include("amur.portal.patrol_phones.api_urls")),
    path("", include("amur.portal.maps.urls")),
    path("", include("amur.portal.connectivity.map_urls")),
    path("", include("amur.portal.population.map_urls")),
    path("", include("amur.portal.surveys.map_urls")),
    path("", include("amur.portal.media.urls")),
    path("", include("amur.portal.cameras.picture_urls")),
    path("", include("amur.portal.identity.picture_urls")),
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("areas/", include("amur.portal.areas.urls")),
        path("cards/", include("amur.portal.cards.urls")),
        path("animals/", include("amur.portal.animals.urls")),
        path("identity/", include("amur.portal.identity.urls")),
        path("cameras/", include("amur.portal.cameras.urls")),
        path("connectivity/", include("amur.portal.connectivity.urls")),
        path("matching/", include("amur.portal.matching.urls")),
        path("patrols/questions/", include("amur.portal.patrol_queries.urls")),
        path("patrols/phones/", include("amur.portal.patrol_phones.urls")),
        path("patrols/reports/", include("amur.portal.patrol_reports.urls")),
        path("patrols/", include("amur.portal.patrols.urls")),
        path("population/", include("amur.portal.population.urls")),
        path("surveys/", include("amur.portal.surveys.urls")),
        path("review/", include("amur.portal.review.urls")),
        path("species/", include("amur.portal.species.urls")),
        path("office/runs/", include("amur.portal.runs.urls")),
        path("offices/", offices.offices, name="offices"),
        path("events/", include("amur.portal.events.urls")),
        path("facts/", include("amur.portal.facts.urls")),
        path("library/", include("amur.portal.library.urls")),
        path("search/", include("amur.portal.search.urls")),
        path("newsletter/", include("amur.portal.newsletter.urls")),
        path("", include("amur.portal.visitors.urls")),
        path("", include("amur.portal.website.urls")),
    ),
]

# What may not be seen and what does not exist answer alike.
handler403 = handler404 = "amur.portal.website.views.not_found"
handler500 = "amur.portal.website.views.server_error"
