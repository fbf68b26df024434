import pytest

from tools.errors import ModelError
from tools.sae.hook_names import parse_hook_name


@pytest.mark.parametrize(
    ("name", "layer", "site", "entry"),
    [
        ("blocks.8.hook_resid_post", 8, "resid_post", 9),
        ("blocks.8.hook_resid_pre", 8, "resid_pre", 8),
        ("blocks.0.hook_resid_pre", 0, "resid_pre", 0),
        ("model.layers.12", 12, "resid_post", 13),
        ("model.language_model.layers.3", 3, "resid_post", 4),
        ("layers.3", 3, "resid_post", 4),
        ("transformer.h.5", 5, "resid_post", 6),
        ("gpt_neox.layers.5.output", 5, "resid_post", 6),
        (" blocks.2.hook_resid_post ", 2, "resid_post", 3),
    ],
)
def test_both_ways_of_naming_the_residual_stream_are_mapped(
    name: str, layer: int, site: str, entry: int
) -> None:
    point = parse_hook_name(name)
    assert (point.layer, point.site, point.entry) == (layer, site, entry)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("blocks.3.hook_resid_mid", "between attention and MLP"),
        ("blocks.3.attn.hook_z", "inside attention"),
        ("blocks.3.hook_attn_out", "inside attention"),
        ("model.layers.3.self_attn", "inside attention"),
        ("blocks.3.hook_mlp_out", "at the MLP"),
        ("model.layers.3.mlp", "at the MLP"),
        ("blocks.3.mlp.hook_post", "at the MLP"),
        ("hook_embed", "at the embedding"),
        ("blocks.3.ln2.hook_normalized", "behind a norm"),
    ],
)
def test_other_places_are_refused_by_name_with_the_reason(name: str, where: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_hook_name(name)
    assert repr(name) in caught.value.message and where in caught.value.message
    assert "residual stream" in caught.value.next_step


@pytest.mark.parametrize("name", ["encoder.block.3", "blocks.x.hook_resid_post", "layers.-1", "a" * 500])
def test_a_name_that_means_nothing_is_refused_by_name(name: str) -> None:
    with pytest.raises(ModelError, match="no known place in a model") as caught:
        parse_hook_name(name)
    assert name[:80] in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("name", [None, "", "  ", 7])
def test_a_missing_name_is_told(name: object) -> None:
    with pytest.raises(ModelError, match="does not say which hook point"):
        parse_hook_name(name)
