"""Every way to name a model loads these very weights, this transform and this tokenizer, or fails with the reason."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from open_clip import pretrained
from safetensors.torch import load_file, save_file

from archive_pipeline.encoders import load_encoder
from archive_pipeline.encoders.devices import choose
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline_tests.encoders.conftest import N_TOKENS, PREPROCESSING, TinyModel
from archive_pipeline_tests.encoders.siglip import make_siglip
from archive_pipeline_tests.encoders.test_weights import put_into_cache

TEXTS = ["a red boat at night", "dos personas bajo un paraguas amarillo"]


@pytest.fixture
def copied(tiny: TinyModel, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny.folder, tmp_path / "copy"))


def test_a_checkpoint_gives_what_the_folder_gives(
    tiny: TinyModel, tiny_architecture: str, encoder: Encoder, jpegs: list[bytes]
) -> None:
    for file in (tiny.safetensors, tiny.torch_saved):
        loaded = load_encoder(f"{tiny_architecture}@{file}", "cpu")
        np.testing.assert_array_equal(loaded.encode_texts(TEXTS), encoder.encode_texts(TEXTS))
        square = loaded.preprocessing.size == encoder.preprocessing.size == (64, 64)
        assert square
        assert loaded.preprocessing.mean != encoder.preprocessing.mean, "the folder has a transform of its own"
        assert loaded.encode_images(jpegs).shape == (41, 48)


def test_a_pretrained_tag_brings_its_own_transform_and_needs_no_network_once_cached(
    tiny: TinyModel,
    tiny_architecture: str,
    encoder: Encoder,
    jpegs: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    known = {"mine": pretrained._pcfg(hf_hub="me/tiny/", **PREPROCESSING)}
    monkeypatch.setitem(pretrained._PRETRAINED, tiny_architecture, known)
    put_into_cache(tmp_path / "hub", "me/tiny", "open_clip_model.safetensors").write_bytes(
        tiny.safetensors.read_bytes()
    )
    loaded = load_encoder(f"{tiny_architecture}/mine", "cpu")
    np.testing.assert_array_equal(loaded.encode_images(jpegs), encoder.encode_images(jpegs))


def test_the_vocabulary_beside_the_weights_is_used_wherever_the_process_runs(
    encoder: Encoder, copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = json.loads((copied / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": "words/own.txt.gz"}
    (copied / "open_clip_config.json").write_text(json.dumps(config))
    (copied / "words").mkdir()
    (copied / "bpe_simple_vocab.txt.gz").rename(copied / "words" / "own.txt.gz")
    monkeypatch.chdir(tmp_path)
    named = load_encoder(f"local-dir:{copied}", "cpu")
    np.testing.assert_array_equal(named.encode_texts(TEXTS), encoder.encode_texts(TEXTS))


def test_a_vocabulary_that_is_not_the_model_s_is_an_error(copied: Path) -> None:
    (copied / "bpe_simple_vocab.txt.gz").unlink()  # open_clip takes its own 49,408 tokens without a sound
    with pytest.raises(ConfigurationError, match=f"{N_TOKENS} tokens, its tokenizer 49408") as raised:
        load_encoder(f"local-dir:{copied}", "cpu")
    assert raised.value.code == "tokenizer_mismatch"


def test_no_random_weights_are_drawn_before_the_real_ones_come(tiny: TinyModel, tmp_path: Path) -> None:
    for folder in (tiny.folder, make_siglip(tmp_path / "siglip")):
        before = torch.get_rng_state()
        loaded = load_encoder(f"local-dir:{folder}", "cpu")
        assert torch.equal(torch.get_rng_state(), before)
        weights = load_file(folder / "open_clip_model.safetensors")
        held = loaded._model.state_dict()
        assert all(torch.equal(value, weights[name].to(value.dtype)) for name, value in held.items())


def test_incomplete_weights_are_an_error(copied: Path) -> None:
    file = copied / "open_clip_model.safetensors"
    weights = load_file(file)
    del weights["text_projection"]
    save_file(weights, file)
    with pytest.raises(ConfigurationError, match="text_projection") as raised:
        load_encoder(f"local-dir:{copied}", "cpu")
    assert raised.value.code == "checkpoint_mismatch"


def test_missing_weights_are_an_error(copied: Path) -> None:
    (copied / "open_clip_model.safetensors").unlink()
    with pytest.raises(ConfigurationError, match=r"open_clip_model\.safetensors") as raised:
        load_encoder(f"local-dir:{copied}", "cpu")
    assert raised.value.code == "model_unavailable"


def test_weights_of_another_architecture_are_an_error(tiny: TinyModel) -> None:
    with pytest.raises(ConfigurationError, match="not those of the model") as raised:
        load_encoder(f"ViT-S-32-alt@{tiny.safetensors}", "cpu")
    assert raised.value.code == "checkpoint_mismatch"


@pytest.mark.parametrize("suffix", ["pt", "safetensors"])
def test_a_truncated_or_foreign_file_is_an_error(
    tiny: TinyModel, tiny_architecture: str, tmp_path: Path, suffix: str
) -> None:
    whole = (tiny.torch_saved if suffix == "pt" else tiny.safetensors).read_bytes()
    for number, content in enumerate((whole[: len(whole) // 2], b"not weights at all")):
        file = tmp_path / f"{number}.{suffix}"
        file.write_bytes(content)
        with pytest.raises(ConfigurationError) as raised:
            load_encoder(f"{tiny_architecture}@{file}", "cpu")
        assert raised.value.code == "checkpoint_unreadable"


def test_a_pickle_that_runs_code_is_not_run(tiny_architecture: str, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "ran",)

    torch.save({"state_dict": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ConfigurationError, match="checkpoint_unreadable"):
        load_encoder(f"{tiny_architecture}@{tmp_path / 'evil.pt'}", "cpu")
    assert not (tmp_path / "ran").exists()


def test_a_device_that_does_not_exist_is_an_error(tiny: TinyModel) -> None:
    for device in ("cuda:99", "tpu"):
        with pytest.raises(ConfigurationError, match=device) as raised:
            load_encoder(f"local-dir:{tiny.folder}", device)
        assert raised.value.code == "device_unavailable"


def test_facts_say_with_what_embeddings_are_made(encoder: Encoder, jpegs: list[bytes]) -> None:
    encoder.encode_images(jpegs)
    facts = encoder.facts
    assert (facts.device, facts.precision, facts.dimension) == ("cpu (CPU)", choose("cpu").precision, 48)
    assert facts.n_parameters == sum(tensor.numel() for tensor in encoder._model.state_dict().values())
    assert facts.images_per_s is not None
    assert facts.images_per_s > 1


def test_what_a_processor_computes_in_bfloat16_is_what_float32_gives(
    jpegs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = load_encoder("archive-tiny", "cpu")
    if fast.precision != "bf16":
        pytest.skip("this processor does not multiply in bfloat16")
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    exact = load_encoder("archive-tiny", "cpu")
    assert exact.precision == "fp32"
    rows = fast.encode_images(jpegs)
    cosines = (rows * exact.encode_images(jpegs)).sum(axis=1)
    assert cosines.min() >= 0.999
    assert cosines.mean() >= 0.9995
    np.testing.assert_array_equal(np.concatenate([fast.encode_images([one]) for one in jpegs[:5]]), rows[:5])
    np.testing.assert_array_equal(fast.encode_texts(TEXTS), exact.encode_texts(TEXTS))
    assert fast.scale == exact.scale


def test_a_device_that_fails_while_a_model_is_loaded_says_nothing_of_its_weights(
    tiny: TinyModel, tiny_architecture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `checkpoint_mismatch` it would hold a whole collection up until somebody got other weights."""

    def busy(*_: object, **__: object) -> None:
        raise torch.AcceleratorError("CUDA error: all CUDA-capable devices are busy or unavailable")

    monkeypatch.setattr("open_clip.create_model", busy)
    with pytest.raises(PassingError, match="nvidia-smi") as raised:
        load_encoder(f"{tiny_architecture}@{tiny.safetensors}", "cpu")
    assert raised.value.code == "device_failed"
