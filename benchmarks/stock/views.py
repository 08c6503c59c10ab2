"""The search view that `wagtail start` makes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page


def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")
    found = Paginator(Page.objects.live().search(query), 10).get_page(1)
    return render(request, "stock/search.html", {"query": query, "found": found})
