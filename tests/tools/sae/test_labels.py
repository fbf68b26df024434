import gzip
import json

import pytest

from tools.errors import UserError
from tools.sae.labels import read_labels

NEURONPEDIA = [
    {
        "id": "cm1",
        "modelId": "gpt2-small",
        "layer": "6-res-jb",
        "index": "650",
        "description": " names of presidents",
        "explanationModelName": "gpt-4o-mini",
        "typeName": "oai_token-act-pair",
        "embedding": [0.1, 0.2],
    },
    {"modelId": "gpt2-small", "layer": "6-res-jb", "index": "12", "description": "cutting", "typeName": None},
    {"modelId": "gpt2-small", "layer": "6-res-jb", "index": "650", "description": "a second opinion"},
]


def _lines(rows):
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def test_our_own_json_is_read_with_method_examples_and_firing_rate(tmp_path):
    file = tmp_path / "labels.json"
    row = {
        "feature": 3,
        "label": "president, pope",
        "method": "top_tokens",
        "covered": 0.8,
        "examples": ["the «pope» said"],
        "firing_rate": 0.01,
        "max_activation": 9.0,
    }
    file.write_text(json.dumps([row, {"feature": 4, "label": "cut"}]))
    labels = read_labels(file)
    assert sorted(labels) == [3, 4]
    assert (labels[3].label, labels[3].method, labels[3].examples) == (
        "president, pope",
        "top_tokens",
        ("the «pope» said",),
    )
    assert labels[3].firing_rate == 0.01
    assert labels[4].method == "unknown"


@pytest.mark.parametrize("packed", [False, True])
def test_a_neuronpedia_export_is_read_plain_and_gzipped_and_the_first_explanation_counts(tmp_path, packed):
    file = tmp_path / ("batch-0.jsonl.gz" if packed else "batch-0.jsonl")
    data = _lines(NEURONPEDIA).encode()
    file.write_bytes(gzip.compress(data) if packed else data)
    labels = read_labels(file)
    assert sorted(labels) == [12, 650]
    assert labels[650].label == " names of presidents"
    assert labels[650].method == "gpt-4o-mini"
    assert labels[12].method == "Neuronpedia"


def test_a_folder_of_batches_is_read_in_order(tmp_path):
    (tmp_path / "batch-1.jsonl").write_text(_lines(NEURONPEDIA[2:]))
    (tmp_path / "batch-0.jsonl").write_text(_lines(NEURONPEDIA[:2]))
    (tmp_path / "README.md").write_text("not labels")
    assert read_labels(tmp_path)[650].label == " names of presidents"


def test_an_export_of_several_saes_needs_a_layer(tmp_path):
    file = tmp_path / "all.jsonl"
    file.write_text(_lines([*NEURONPEDIA, NEURONPEDIA[0] | {"layer": "7-res-jb", "description": "other"}]))
    with pytest.raises(UserError, match="2 SAEs"):
        read_labels(file)
    assert read_labels(file, layer="7-res-jb")[650].label == "other"


def test_delphi_explanations_are_read_from_a_folder_and_from_one_file(tmp_path):
    folder = tmp_path / "explanations"
    folder.mkdir()
    (folder / "layers.6_latent17.txt").write_text(json.dumps("Words for cutting."))
    (folder / "layers.6_latent18.txt").write_text("Not JSON, but text.")
    (folder / "layers.6_latent19.txt").write_text(json.dumps("Explanation could not be parsed."))
    labels = read_labels(folder)
    assert {feature: label.label for feature, label in labels.items()} == {
        17: "Words for cutting.",
        18: "Not JSON, but text.",
    }
    assert labels[17].method == "delphi"
    one = tmp_path / "explanations.json"
    one.write_text(json.dumps({"layers.6_latent17": "Words for cutting.", "20": "Flowers."}))
    assert {feature: label.label for feature, label in read_labels(one).items()} == {
        17: "Words for cutting.",
        20: "Flowers.",
    }


def test_features_that_were_listed_and_not_labelled_are_left_out(tmp_path):
    file = tmp_path / "labels.json"
    file.write_text(
        json.dumps(
            [{"feature": 1, "label": " "}, {"feature": 2, "label": None}, {"feature": 3, "label": "x"}]
        )
    )
    assert sorted(read_labels(file)) == [3]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.json", b'[{"feature": 1, "label": "x"', "no JSON"),
        ("a.json", b"42", "neither a list nor a table"),
        ("a.json", b'[{"feature": -1, "label": "x"}]', "entry 1, feature"),
        ("a.json", b'[{"feature": 1, "label": ["x"]}]', "entry 1, label"),
        ("a.json", b"[1, 2]", "entry 1 is no table"),
        ("a.json", b'{"some": {"other": "json"}}', "'some' is no latent"),
        ("a.json", b"\xff\xfe\x00", "no UTF-8"),
        ("a.jsonl", b'{"index": "1", "description": "x"}\n{"index"\n', "line 2 is no JSON"),
        ("a.jsonl.gz", b"not gzip at all", "Not a gzipped file"),
        ("a.jsonl.gz", gzip.compress(b"x" * 1000, mtime=0)[:20], "ended before"),
        ("a.json", b"[" * 100_000, "no JSON"),
    ],
)
def test_a_corrupt_file_is_told_in_one_sentence_with_its_name(tmp_path, name, data, why):
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_labels(file)
    assert file.name in caught.value.message
    assert why in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.next_step


def test_no_file_and_no_labels_are_errors(tmp_path):
    with pytest.raises(UserError, match="no file or folder"):
        read_labels(tmp_path / "nothing.json")
    with pytest.raises(UserError, match="no labels"):
        read_labels(tmp_path)


def test_a_feature_that_the_sae_does_not_have_is_an_error(tmp_path):
    file = tmp_path / "labels.json"
    file.write_text(json.dumps([{"feature": 4096, "label": "x"}]))
    with pytest.raises(UserError, match="has only 4,096"):
        read_labels(file, n_features=4096)
