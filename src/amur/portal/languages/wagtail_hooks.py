"""The look of the field for texts in four languages in the editing pages."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def multilingual_css() -> SafeString:
    """One small style sheet for `multilingual_widget.html`."""
    return format_html('<link rel="stylesheet" href="{}">', static("languages/admin.css"))
