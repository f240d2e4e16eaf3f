"""A SigLIP2 runs through everything with the pinned transformers and reads texts as it was taught."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from archive_pipeline.encoders.devices import Device
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.loading import load
from archive_pipeline.encoders.names import ModelFolder
from archive_pipeline.encoders.tokenizer import load_tokenizer
from archive_pipeline.encoders.transformers_tokenizer import TransformersTokenizer
from archive_pipeline.errors import ConfigurationError
from archive_pipeline_tests.encoders.siglip import BIAS, BOS, CONTEXT, EOS, PAD, SCALE, make_siglip, make_tokenizer

TEXT_CONFIG = {"context_length": CONTEXT, "tokenizer_kwargs": {"clean": "canonicalize"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_siglip(tmp_path_factory.mktemp("siglip"))


@pytest.fixture(scope="module")
def siglip(folder: Path) -> Encoder:
    return load(f"local-dir:{folder}", "cpu")


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> TransformersTokenizer:
    return TransformersTokenizer(folder, TEXT_CONFIG)


def test_its_head_is_a_scale_and_a_bias(siglip: Encoder, encoder: Encoder) -> None:
    assert siglip.scale == pytest.approx(SCALE, rel=1e-5)
    assert siglip.bias == pytest.approx(BIAS)
    assert encoder.bias is None, "a model with a softmax has none"


def test_its_head_is_exact_where_the_model_is_bfloat16(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Device, "loaded_in", "bf16")  # as on a GPU
    loaded = load(f"local-dir:{folder}", "cpu")
    assert next(loaded._model.text.parameters()).dtype == torch.bfloat16
    assert loaded.scale == pytest.approx(SCALE, rel=1e-5)
    assert loaded.bias == pytest.approx(BIAS)


def test_pictures_and_texts_become_unit_rows(siglip: Encoder, jpegs: list[bytes]) -> None:
    for rows in (siglip.encode_images(jpegs[:5]), siglip.encode_texts(["a red boat", "un barco", "日本"])):
        assert rows.shape[1] == siglip.dimension == 64
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_ends_and_is_padded_to_the_context(tokenizer: TransformersTokenizer) -> None:
    """Also where tokenizer.json begins texts and does not end them, as Gemma's: transformers 5 obeys it alone."""
    (tokens,) = tokenizer(["a red boat"]).tolist()
    end = tokens.index(EOS)
    assert len(tokens) == CONTEXT
    assert BOS not in tokens
    assert end > 0
    assert set(tokens[end + 1 :]) == {PAD}


def test_a_long_text_is_cut_and_ends_all_the_same(siglip: Encoder, tokenizer: TransformersTokenizer) -> None:
    text = " ".join(f"{number} boats" for number in range(40))
    (tokens,) = tokenizer([text]).tolist()
    assert (len(tokens), tokens[-1], tokens.count(EOS)) == (CONTEXT, EOS, 1)
    np.testing.assert_array_equal(siglip.encode_texts([text]), siglip.encode_texts([text + "and more"]))


@pytest.mark.parametrize("same", ["A RED boat.", "a red_boat", "a  red, boat!", " a red boat\n"])
def test_capitals_and_punctuation_do_not_count(siglip: Encoder, same: str) -> None:
    np.testing.assert_array_equal(siglip.encode_texts([same]), siglip.encode_texts(["a red boat"]))
    assert not np.allclose(siglip.encode_texts(["a red boat"]), siglip.encode_texts(["un barco"]))


def test_accents_and_spanish_signs_stay(tokenizer: TransformersTokenizer) -> None:
    years, anuses, asked = tokenizer(["años", "anos", "¿años?"]).tolist()
    assert years != anuses
    assert asked != years, "open_clip, as big_vision, drops ASCII punctuation only"


def test_many_threads_may_ask(tokenizer: TransformersTokenizer) -> None:
    texts = [f"boat {'very ' * (number % 9)}{number}" for number in range(200)]
    expected = tokenizer(texts).tolist()
    with ThreadPoolExecutor(8) as pool:
        assert [row for rows in pool.map(lambda text: tokenizer([text]).tolist(), texts) for row in rows] == expected


def test_a_tokenizer_with_more_words_than_the_model_is_an_error(tmp_path: Path) -> None:
    n_words = make_tokenizer(tmp_path)
    with pytest.raises(
        ConfigurationError, match=f"knows {n_words - 1} tokens, its tokenizer in .* {n_words}"
    ) as raised:
        TransformersTokenizer(tmp_path, TEXT_CONFIG | {"vocab_size": n_words - 1})
    assert raised.value.code == "tokenizer_mismatch"


def test_a_tokenizer_without_an_end_is_an_error(tmp_path: Path) -> None:
    make_tokenizer(tmp_path, tokenizer_class="PreTrainedTokenizerFast", eos_token=None)
    with pytest.raises(ConfigurationError, match="names no eos_token") as raised:
        TransformersTokenizer(tmp_path, TEXT_CONFIG)
    assert raised.value.code == "tokenizer_mismatch"


def test_a_folder_without_a_tokenizer_is_an_error(folder: Path, tmp_path: Path) -> None:
    config = json.loads(ModelFolder(folder).config.read_text())
    with pytest.raises(ConfigurationError) as raised:
        load_tokenizer(f"local-dir:{tmp_path}", config["model_cfg"]["text_cfg"])
    assert raised.value.code == "tokenizer_unavailable"
