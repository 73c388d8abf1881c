"""An office puts its own Word template; what is no plain template is refused with what to do."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minewarden.center.audit.files import record_path
from minewarden.center.cases.models import Case
from minewarden.center.documents import services
from minewarden.center.documents.errors import DocumentError
from minewarden.center.documents.models import Template
from tests.center.documents.conftest import text_of, word_file
from tests.center.world import World

LINK = b'<Relationship TargetMode="External" Target="http://192.0.2.1/x"/>'


def put(world: World, file) -> Template:
    return services.put_template("stop_order", world.users["administrator"], file)


def test_the_offices_own_template_is_used_from_then_on_and_given_up_again(world: World, ordered: Case):
    put(world, word_file("旧的"))
    put(world, word_file("我局的格式：{{ mine }} {{ area }} {{ number }}"))
    document = services.issue(ordered.pk, "stop_order", world.users["inspector"])
    assert text_of(record_path(document.file_id)).startswith("我局的格式：青石煤矿 3101工作面")
    assert document.template.version == 2
    services.make_void(document.pk, world.users["inspector"], "重发")
    put(world, None)
    assert services.issue(ordered.pk, "stop_order", world.users["inspector"]).template is None


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (lambda: word_file("{{ colour }}"), "unknown_name"),
        (lambda: word_file("{% for x in %}"), "template_wrong"),
        (lambda: word_file("{{ mine.__class__.__mro__ }}"), "template_wrong"),
        (lambda: word_file("{{ ''.__class__.__mro__[1].__subclasses__() }}"), "template_wrong"),
        (lambda: word_file("好", parts={"word/vbaProject.bin": b"x"}), "macro"),
        (
            lambda: word_file("好", parts={"word/_rels/settings.xml.rels": LINK}),
            "external_link",
        ),
        (lambda: word_file("好", parts={"word/bomb.xml": b"0" * (30 << 20)}), "bomb"),
        (lambda: SimpleUploadedFile("a.docx", b"PK\x03\x04 no"), "not_word"),
        (lambda: SimpleUploadedFile("a.docx", b"hello"), "not_word"),
        (lambda: SimpleUploadedFile("a.docx", b"0" * (6 << 20)), "too_large"),
    ],
)
def test_what_is_no_plain_template_is_refused(world: World, file, code):
    upload = file()
    with pytest.raises(DocumentError) as caught:
        put(world, upload)
    assert caught.value.code == code
    assert not Template.objects.exists()


def test_only_who_manages_templates_puts_one(world: World):
    with pytest.raises(DocumentError) as caught:
        services.put_template("stop_order", world.users["inspector"], word_file("好"))
    assert caught.value.code == "forbidden"
