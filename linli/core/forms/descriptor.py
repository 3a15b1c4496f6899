"""What the core area `forms` says about its data; `linli data-matrix` draws it."""

from linli.core.forms.burden import ASKED_TWICE
from linli.core.forms.persons import PEOPLE_OF_FORMS
from linli.core.platform.public import Cover, Package, Subject, register_area

COVERS = (
    Cover(
        function="R-X7",
        pages=("forms", "form-designs", "form-new", "form-burden"),
        lacks="The phone offline is not there.",
    ),
)

register_area(
    Package(
        code="forms",
        titles={"zh-hans": "表单", "en": "Forms"},
        permissions=("form.fill", "form.view", "form.reveal", "form.design"),
        covers=COVERS,
        events=("form.sent",),
        services=(PEOPLE_OF_FORMS,),
        indicators=(ASKED_TWICE,),
        subjects=(
            Subject(code="form", titles={"zh-hans": "表单", "en": "Form"}, tables=("forms_form", "forms_formversion")),
            Subject(
                code="answer_sheet",
                titles={"zh-hans": "答卷", "en": "Answer sheet"},
                tables=("forms_answersheet", "forms_answer", "forms_answeredperson"),
            ),
        ),
    )
)
