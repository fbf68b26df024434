import time

import pytest

from sessions.redact import MASK, redact, redact_values


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnop1234",
        "sk-proj-Ab3_defghijklmnop-1234",
        "sk-ant-api03-abcdefghijklmnop",
        "xoxb-123456789012-abcdefghijkl",
        "xoxe.xoxp-1-abcdefghijkl",
        "xapp-1-A012345-abcdefgh",
        "hf_AbCdEfGhIjKlMnOpQrStUv",
        "ghp_abcdefghijklmnop1234",
        "github_pat_11ABCDEFG0abcdefghijkl",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefghijklmnopqrstuvw",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
    ],
)
def test_credentials_of_known_form_are_masked_wherever_they_stand(secret):
    assert redact(f"use {secret} please") == f"use {MASK} please"
    assert secret not in redact(f'key="{secret}"')


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Authorization: Bearer abc123def456ghi789", f"Authorization: Bearer {MASK}"),
        ("OPENAI_API_KEY=whatever123", f"OPENAI_API_KEY={MASK}"),
        ('{"api_key": "whatever123"}', f'{{"api_key": "{MASK}"}}'),
        ("password: hunter22!", f"password: {MASK}"),
        ("token=abcdef", f"token={MASK}"),
        ("https://me:secret99@example.org/v1", f"https://me:{MASK}@example.org/v1"),
    ],
)
def test_a_secret_that_is_named_is_masked_and_its_name_stays(text, masked):
    assert redact(text) == masked


def test_a_private_key_is_masked_whole():
    key = "-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----"
    assert redact(f"{key}\nbye") == f"{MASK}\nbye"


@pytest.mark.parametrize(
    "text",
    [
        "how good is this checkpoint at CoT math?",
        "a risk-weighted task-management-benchmark",
        "load hf_transformers and sk-learn",
        "the bearer of internationalisation",
        "max_new_tokens: 128000 tokens: 20",
        "run it on http://localhost:8000/v1 at 10:00",
        "n_tokens=1234567",
    ],
)
def test_ordinary_requests_are_left_alone(text):
    assert redact(text) == text


def test_values_are_redacted_by_their_look_and_by_their_name():
    loaded = {
        "model": "gpt2",
        "api_key": "plainword",
        "urls": ["https://u:pass@host"],
        "step": 3,
        "sae": None,
    }
    assert redact_values(loaded) == {
        "model": "gpt2",
        "api_key": MASK,
        "urls": [f"https://u:{MASK}@host"],
        "step": 3,
        "sae": None,
    }


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "-",
        "sk-",
        "eyJ-",
        "hf_a",
        "bearer ",
        "bearer a",
        "token",
        "token=",
        "a://",
        "x://:",
        "-----BEGIN ",
        " ",
        "a.b+",
    ],
)
def test_time_grows_with_the_text_and_not_with_its_square(piece):
    began = time.perf_counter()
    redact(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 2
