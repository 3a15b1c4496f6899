"""Addresses of forms."""

from __future__ import annotations

from django.urls import path

from linli.core.desk.public import list_urls
from linli.core.forms.pages import design_pages, staff_pages, table_pages, xlsform_pages
from linli.core.forms.pages.burden_list import BURDEN

form_urls = [
    path("forms/", staff_pages.forms_page, name="forms"),
    *list_urls(BURDEN, "forms/burden/"),
    path("forms/<int:form_id>/begin/", staff_pages.begin_page, name="form-begin"),
    path("forms/<int:form_id>/table/", table_pages.table_page, name="form-table"),
    path("forms/<int:form_id>/table.xlsx", table_pages.table_file, name="form-table-file"),
    path("forms/sheets/<str:key>/", staff_pages.sheet_page, name="sheet"),
    path("forms/sheets/<str:key>/all/", staff_pages.whole_page, name="sheet-whole"),
    path("forms/sheets/<str:key>/reveal/", staff_pages.reveal_page, name="sheet-reveal"),
    path("forms/sheets/<str:key>/send/", staff_pages.send_page, name="sheet-send"),
    path("forms/sheets/<str:key>/files/<int:file_id>/<str:variant>/", staff_pages.sheet_file, name="sheet-file"),
    path("forms/sheets/<str:key>/page/<str:step>/", staff_pages.step_page, name="sheet-step"),
    path("forms/design/", design_pages.designs_page, name="form-designs"),
    path("forms/design/new/", design_pages.new_design, name="form-new"),
    path("forms/design/xlsform/", xlsform_pages.from_xlsform, name="form-from-xlsform"),
    path("forms/design/<int:form_id>/xlsform.xlsx", xlsform_pages.as_xlsform, name="form-xlsform"),
    path("forms/design/<int:form_id>/", design_pages.design_page, name="form-design"),
    path("forms/design/<int:form_id>/publish/", design_pages.publish_page, name="form-publish"),
    path("forms/design/<int:form_id>/copy/", design_pages.copy_page, name="form-copy"),
    path("forms/design/<int:form_id>/state/", design_pages.state_page, name="form-state"),
    path("forms/design/<int:form_id>/question/<int:place>/", design_pages.question_page, name="form-question"),
    path("forms/design/<int:form_id>/move/", design_pages.move_page, name="form-move"),
    path("forms/design/<int:form_id>/json/", design_pages.json_page, name="form-json"),
    path("forms/design/<int:form_id>/file.json", design_pages.download, name="form-download"),
]
