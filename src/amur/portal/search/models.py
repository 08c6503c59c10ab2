"""The index of the search: one document for each item and language, and the words that occur in them.

Filled by `actions` from what is public alone, and rebuilt from there at any time. The tokens lie in a table
of the database's own full-text search (`backends`).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """An item in one language, as it is found and shown."""

    source = models.CharField(max_length=40)
    item = models.CharField(max_length=100)
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    addresses = models.JSONField(default=dict)
    title = models.TextField()
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    date = models.CharField(max_length=10, blank=True)
    year = models.CharField(max_length=4, blank=True)
    subjects = models.TextField(blank=True)
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("document of the search")
        verbose_name_plural = _("documents of the search")
        constraints = (models.UniqueConstraint(fields=("item", "language"), name="a_document_is_found_once"),)
        indexes = (models.Index(fields=("source",), name="search_source"),)

    def __str__(self) -> str:
        return f"{self.item}/{self.language}"


class Word(models.Model):
    """A word of the documents with its token: the vocabulary from which misspelled words are put right."""

    word = models.CharField(max_length=40)
    token = models.CharField(max_length=40)
    documents = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        constraints = (models.UniqueConstraint(fields=("word", "token"), name="a_word_is_kept_once"),)

    def __str__(self) -> str:
        return self.word
