"""How publications become records for the gate."""

from collections.abc import Iterable

from django.db.models import Q

from amur.disclosure import Record
from amur.portal.library.models import Publication, PublicationFile
from amur.portal.media.models import MediaFile
from amur.portal.release.registry import Adapter, Draft, citations


def publication_draft(row: Publication) -> Draft:
    """A publication with its files named by their public identifiers; those not published are left out."""
    files = [one.file for one in row.files.select_related("file") if one.file.is_published]
    cover = row.cover if row.cover is not None and row.cover.is_published else None
    return Draft(
        record=Record(
            kind="publication",
            id=row.uuid,
            owner=row.office.key,
            fields={
                "name": row.names.to_json(),
                "type": row.type,
                "annotation": row.annotation.to_json(),
                "authors": list(row.authors),
                "issued": row.issued,
                "publisher": row.publisher or None,
                "languages": list(row.languages),
                "licence": row.licence,
                "doi": row.doi or None,
                "isbn": row.isbn or None,
                "files": [str(file.uuid) for file in files],
                "cover": str(cover.uuid) if cover else None,
                "module": row.module_key or None,
                "countries": list(row.countries),
                "species": list(row.species_keys),
                "areas": list(row.area_keys),
                "sources": citations(row.sources),
                "office": row.office.key,
            },
            published=row.is_published,
        ),
        key=row.key,
        sort=row.issued,
    )


def _rows() -> Iterable[Publication]:
    rows: Iterable[Publication] = Publication.objects.select_related("office", "cover")
    return rows


def _of_file(file: MediaFile) -> Iterable[Publication]:
    found: Iterable[Publication] = Publication.objects.filter(Q(files__file=file) | Q(cover=file)).distinct()
    return found


def _of_row(row: PublicationFile) -> Iterable[Publication]:
    found: Iterable[Publication] = Publication.objects.filter(pk=row.publication_id)
    return found


PUBLICATIONS = Adapter(
    kind="publication",
    model=Publication,
    draft=publication_draft,
    rows=_rows,
    dependents={MediaFile: _of_file, PublicationFile: _of_row},
)
