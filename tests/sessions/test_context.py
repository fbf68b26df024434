import pytest
from pydantic import ValidationError

from sessions.context import Context


def test_a_context_has_exactly_the_fields_of_a_card():
    assert set(Context(kind="data_inspection").model_dump()) == {
        *("kind", "model", "weights_hash", "step", "dtype", "device"),
        *("edits", "sae", "feature", "data"),
    }


@pytest.mark.parametrize("wrong", [{"kind": "holiday"}, {"kind": "data_inspection", "colour": "red"}])
def test_unknown_kinds_and_fields_are_refused(wrong):
    with pytest.raises(ValidationError):
        Context.model_validate(wrong)


def test_a_file_name_of_broken_bytes_can_be_saved():
    name = b"models/caf\xe9".decode(errors="surrogateescape")
    assert "models/caf\\\\udce9" in Context(kind="model_inspection", model=name).model_dump_json()
