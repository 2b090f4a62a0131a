"""The same pages in Django's words; connections last, as its documentation advises."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,no-any-return"

from __future__ import annotations

import sys
import types
import typing as t

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from sqlalchemy import make_url

from benchmarks import data
from benchmarks.data_workloads import PAGE, address

ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
}


def make_app(variant: str) -> t.Any:
    """Make the one application of this process: Django's settings are for all of it."""
    url = make_url(address(variant))
    settings.configure(
        SECRET_KEY=data.SECRET_KEY,
        ALLOWED_HOSTS=["*"],
        DATABASES={
            "default": {
                "ENGINE": ENGINES[variant],
                "NAME": url.database,
                "USER": url.username or "",
                "HOST": url.host or "",
                "PORT": url.port or "",
                "CONN_MAX_AGE": None,
            }
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(data.TEMPLATES)],
            }
        ],
        LOGGING_CONFIG=None,
        ROOT_URLCONF="benchmarks.django_urls",
        MIDDLEWARE=[],
    )
    django.setup(set_prefix=False)
    urls: t.Any = types.ModuleType("benchmarks.django_urls")
    urls.urlpatterns = make_urls()
    sys.modules[urls.__name__] = urls

    from django.core.wsgi import WSGIHandler

    return WSGIHandler()


def make_urls() -> list[t.Any]:
    from django.db import models
    from django.shortcuts import get_object_or_404, render

    class Item(models.Model):
        title = models.CharField(max_length=80)
        price = models.FloatField()
        stock = models.IntegerField()

        class Meta:
            app_label = "benchmarks"
            db_table = "item"

    def item(request: HttpRequest, number: int) -> HttpResponse:
        row = get_object_or_404(Item, pk=number)
        return JsonResponse(
            {"id": row.id, "title": row.title, "price": row.price, "stock": row.stock}
        )

    def items(request: HttpRequest, after: int) -> HttpResponse:
        rows = Item.objects.filter(id__gt=after).order_by("id")[:PAGE]
        return render(request, "page.html", {"title": f"After {after}", "rows": rows})

    return [path("item/<int:number>", item), path("items/<int:after>", items)]
