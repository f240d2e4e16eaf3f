"""Weights are found in the caches, downloaded, or missed at once with a way out."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from archive_pipeline.encoders import downloads, require_available, tokenizer_files
from archive_pipeline.encoders.names import PretrainedTag, architectures
from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.encoders.weights import pretrained_configuration, pretrained_weights
from archive_pipeline.errors import ConfigurationError
from archive_pipeline_tests.encoders.conftest import TinyModel

VIT_L = PretrainedTag("ViT-L-14-quickgelu", "openai")


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache, and a hub at a port where nobody listens."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    return tmp_path / "hub"


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Accepts connections and never answers, as a firewall that drops packets does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def put_into_cache(hub: Path, repository: str, file: str) -> Path:
    folder = hub / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("0" * 40)
    cached = folder / "snapshots" / ("0" * 40) / file
    cached.parent.mkdir(parents=True)
    cached.touch()
    return cached


def test_without_a_network_it_says_so_and_names_the_ways_out() -> None:
    with pytest.raises(ConfigurationError, match=r"--model archive-tiny.*local checkpoint") as raised:
        require_available("ViT-L-14-quickgelu/openai")
    assert raised.value.code == "model_unavailable"


def test_a_network_that_swallows_packets_is_given_up_within_seconds(
    silent_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", silent_server)
    monkeypatch.setattr(downloads, "_REACH_TIMEOUT_S", 0.3)
    with pytest.raises(ConfigurationError, match="model_unavailable"):
        require_available("ViT-L-14-quickgelu/openai")


def test_offline_mode_is_obeyed_without_a_look(silent_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", silent_server)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ConfigurationError, match="HF_HUB_OFFLINE"):
        require_available("ViT-L-14-quickgelu/openai")


@pytest.mark.parametrize("file", ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"])
def test_cached_weights_are_found_without_a_network(empty_cache: Path, file: str) -> None:
    cached = put_into_cache(empty_cache, "timm/vit_large_patch14_clip_224.openai", file)
    require_available("ViT-L-14-quickgelu/openai")
    assert pretrained_weights(VIT_L) == cached


def test_an_unknown_tag_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"Did you mean openai.*dfn2b") as raised:
        require_available("ViT-L-14-quickgelu/open_ai")
    assert raised.value.code == "model_unknown"


def test_weights_trained_with_quickgelu_are_refused_by_an_architecture_without_it() -> None:
    with pytest.raises(ConfigurationError, match=r"Use ViT-L-14-quickgelu/openai\.") as raised:
        require_available("ViT-L-14/openai")
    assert raised.value.code == "quickgelu_mismatch"


def test_every_pretrained_tag_is_accepted_or_its_twin_is() -> None:
    pairs = import_open_clip().list_pretrained()
    refused = {pair: error for pair in pairs if (error := refusal(*pair))}
    assert {architecture for architecture, _ in pairs} <= architectures()
    assert 0 < len(refused) < len(pairs) / 4
    for error in refused.values():
        assert error.code == "quickgelu_mismatch"
        twin = error.message.rsplit("Use ", 1)[1].removesuffix(".").split("/")
        assert refusal(*twin) is None


def refusal(architecture: str, tag: str) -> ConfigurationError | None:
    try:
        pretrained_configuration(PretrainedTag(architecture, tag))
    except ConfigurationError as error:
        return error
    return None


def test_a_tokenizer_that_is_not_installed_is_missed_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer_files.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"pip install .* transformers") as raised:
        tokenizer_files.require_tokenizer("ViT-B-16-SigLIP2")
    assert raised.value.code == "model_needs_transformers"


def test_local_files_are_looked_for(tiny: TinyModel, tmp_path: Path) -> None:
    require_available(f"local-dir:{tiny.folder}")
    require_available(f"ViT-B-32@{tiny.safetensors}")
    (tmp_path / "open_clip_config.json").write_text("{}")
    for name in (f"local-dir:{tmp_path}", f"ViT-B-32@{tmp_path / 'none.pt'}"):
        with pytest.raises(ConfigurationError, match="model_unavailable"):
            require_available(name)
