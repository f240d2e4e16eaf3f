"""Which device is taken, and what is said of a GPU that torch cannot use. The GPU is played by its facts."""

from types import SimpleNamespace

import pytest
import torch

from archive_pipeline.encoders.devices import choose, why_no_cuda
from archive_pipeline.errors import ConfigurationError

COMPILED = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"]  # of torch for CUDA 13.0


def with_gpu(monkeypatch: pytest.MonkeyPatch, name: str, major: int, minor: int) -> None:
    facts = SimpleNamespace(name=name, major=major, minor=minor, total_memory=80 * 2**30)
    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: facts)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: COMPILED)


@pytest.mark.parametrize(
    ("name", "major", "minor", "precision"),
    [
        ("Tesla T4", 7, 5, "fp16"),
        ("NVIDIA A100", 8, 0, "bf16"),
        ("NVIDIA L40S", 8, 9, "bf16"),
        ("NVIDIA H200", 9, 0, "bf16"),
        ("NVIDIA B300", 10, 3, "bf16"),
        ("one of tomorrow", 13, 0, "bf16"),
    ],
)
def test_a_gpu_computes_in_the_precision_that_it_has(
    name: str, major: int, minor: int, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_gpu(monkeypatch, name, major, minor)
    for written in ("auto", "cuda", "cuda:0"):
        chosen = choose(written)
        assert (chosen.kind, chosen.precision, chosen.model) == ("cuda", precision, name)


@pytest.mark.parametrize(("name", "major", "minor"), [("Tesla V100", 7, 0), ("Tesla P100", 6, 0)])
def test_a_gpu_that_torch_has_no_code_for_is_not_taken_and_who_wants_it_is_told(
    name: str, major: int, minor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first batch would fail, and every process after it: “no kernel image is available”."""
    with_gpu(monkeypatch, name, major, minor)
    assert choose("auto").kind == "cpu"
    with pytest.raises(ConfigurationError, match=rf"no code for {name} \(compute capability {major}.{minor}") as raised:
        choose("cuda")
    assert raised.value.code == "device_unavailable"


def test_code_for_one_gpu_alone_is_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpu(monkeypatch, "NVIDIA B200", 10, 0)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_90a", "compute_90a"])
    assert why_no_cuda() is not None
    with_gpu(monkeypatch, "NVIDIA H200", 9, 0)
    assert why_no_cuda() is None


def test_amd_s_architectures_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpu(monkeypatch, "AMD Instinct MI300X", 9, 4)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["gfx90a", "gfx942"])
    assert choose("auto").kind == "cuda"


def test_a_driver_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def init() -> None:
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 12020).")

    monkeypatch.setattr(torch.backends.cuda, "is_built", lambda: True)
    monkeypatch.setattr(torch.cuda, "init", init)
    assert choose("auto").kind == "cpu"
    with pytest.raises(ConfigurationError, match="found version 12020"):
        choose("cuda")


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with_gpu(monkeypatch, "NVIDIA H200", 9, 0)
    with pytest.raises(ConfigurationError, match="sees 1 CUDA devices"):
        choose("cuda:1")
    with pytest.raises(ConfigurationError, match="no such device"):
        choose("tpu")
