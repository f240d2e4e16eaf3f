"""The one place where the environment is read: where things lie and which servers to ask."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).parent
_PROJECT = _PACKAGE.parent


@dataclass(frozen=True)
class Bucket:
    """A lake in an S3 bucket."""

    url: str
    """`s3://bucket/prefix`, without a slash at the end."""
    scratch: Path
    """Folder of this machine for files in the making."""


LakePlace = Path | Bucket

_DETECTORS = {  # Apache-2.0, each; COCO's eighty things
    "rt-detr": "PekingU/rtdetr_v2_r50vd",
    "d-fine": "ustc-community/dfine-xlarge-coco",
    "rf-detr": "Roboflow/rf-detr-base",
}


@dataclass(frozen=True)
class CollectionFolders:
    """Where collections are described, and where it is stored what their videos were embedded with."""

    described: tuple[Path, ...]
    """Folders of YAML files; the earlier one's stands where two describe one collection."""
    lake: LakePlace
    mounts: Mapping[str, str] = field(default_factory=dict)
    """Where folders that collections name as their source lie on this machine."""


class Settings(BaseSettings):
    """Read from the environment at the moment it is made (`Settings()`), never at import time."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True)

    archive_home: Path = Field(Path("data"), alias="ARCHIVE_HOME", description="Folder of everything that is written.")
    lake_url: str | None = Field(
        None,
        alias="ARCHIVE_LAKE",
        pattern=r"^s3://[^/]+(/.*)?$",
        description="An S3 bucket for the lake and the published database, such as s3://archive/lake; keys, endpoint "
        "and region by the usual AWS_* variables. Default: folders of ARCHIVE_HOME.",
    )
    lake_cache_gb: float = Field(
        10.0,
        gt=0,
        alias="ARCHIVE_LAKE_CACHE_GB",
        description="What the web page keeps on this machine of a lake in a bucket; what was unused for longest goes.",
    )
    mounts: dict[str, str] = Field(
        default_factory=dict,
        alias="ARCHIVE_SOURCES",
        description="Where the collections' sources lie on this machine where they lie elsewhere on others, as JSON: "
        '{"/mnt/nas": "/srv/nas"}',
    )
    collections_dir: Path = Field(
        Path("collections"), alias="ARCHIVE_COLLECTIONS", description="Folder of the collections' YAML files."
    )
    database_url: SecretStr | None = Field(
        None,
        alias="ARCHIVE_DATABASE_URL",
        description="A Postgres that machines share, as postgresql+psycopg2://user:password@host/database; default: "
        "SQLite in ARCHIVE_HOME.",
    )
    broker_url: SecretStr | None = Field(
        None,
        alias="ARCHIVE_BROKER_URL",
        description="A Redis from which workers of many machines get their runs, as redis://:password@host:6379/0; "
        "default: runs are done by this machine.",
    )
    dagster_home: Path | None = Field(
        None, alias="DAGSTER_HOME", description="Dagster's own folder; default: `dagster` in ARCHIVE_HOME."
    )
    keep_runs_days: int = Field(
        90,
        ge=1,
        alias="ARCHIVE_KEEP_RUNS_DAYS",
        description="Days after which the log of an ended run goes from Dagster's history; what it made stays.",
    )
    qdrant_url: str | None = Field(
        None, alias="QDRANT_URL", description="A Qdrant server; default: embedded in ARCHIVE_HOME."
    )
    qdrant_api_key: SecretStr | None = Field(None, alias="QDRANT_API_KEY")
    ffmpeg: Path | None = Field(
        None,
        alias="ARCHIVE_FFMPEG",
        description="The ffmpeg binary; default: on the PATH, else the imageio-ffmpeg wheel's.",
    )
    decoder: Literal["auto", "cpu", "cuda"] = Field(
        "auto",
        alias="ARCHIVE_DECODER",
        description="Who decodes videos: auto (the GPU's decoder and the processors), cpu, cuda.",
    )
    decodes_per_gpu: int = Field(
        6,  # an H200 decoded 720p at 51 × real time with one, 136 × with four and 122 × with twelve at once
        ge=1,
        le=64,
        alias="ARCHIVE_DECODES_PER_GPU",
        description="Videos that the decoder of each GPU gets at once.",
    )
    visible_gpus: str | None = Field(
        None, alias="CUDA_VISIBLE_DEVICES", description="NVIDIA's own: the GPUs that may be used; default: all."
    )
    vlm_url: str | None = Field(
        None, alias="ARCHIVE_VLM_URL", description="An OpenAI-compatible server, such as http://127.0.0.1:8000/v1"
    )
    vlm_api_key: SecretStr | None = Field(None, alias="ARCHIVE_VLM_API_KEY")
    vlm_model: str | None = Field(
        None,
        alias="ARCHIVE_VLM_MODEL",
        description="The model that is asked; default: the first one that the server offers. A change asks everything "
        "again.",
    )
    vlm_second_model: str | None = Field(
        None,
        alias="ARCHIVE_VLM_SECOND_MODEL",
        description="The model of that server that second opinions are asked of; default: the same one, which is then "
        "sampled instead of taken at its likeliest word.",
    )
    vlm_concurrency: int = Field(
        32,
        ge=1,
        le=1024,
        alias="ARCHIVE_VLM_CONCURRENCY",
        description="Requests that all runs on this machine together have under way at once. Some more than the server "
        "does at once, so that it always has work waiting.",
    )
    vlm_timeout_s: float = Field(
        180.0,
        gt=0,
        alias="ARCHIVE_VLM_TIMEOUT",
        description="Seconds for one request, its wait in the server's queue included.",
    )
    vlm_boxes: Literal["auto", "pixels", "thousandths"] = Field(
        "auto",
        alias="ARCHIVE_VLM_BOXES",
        description="How the model counts boxes: pixels (Qwen2.5-VL), thousandths of the picture (Qwen3-VL); auto goes "
        "by the model's name and keeps no boxes of a model that it does not know.",
    )
    transcription_url: str | None = Field(
        None,
        alias="ARCHIVE_TRANSCRIPTION_URL",
        description="An OpenAI-compatible server that turns speech into words, such as http://127.0.0.1:8001/v1",
    )
    transcription_model: str | None = Field(
        None, alias="ARCHIVE_TRANSCRIPTION_MODEL", description="A model of that server; default: the first it offers."
    )
    transcription_api_key: SecretStr | None = Field(None, alias="ARCHIVE_TRANSCRIPTION_API_KEY")
    vocabularies_dir: Path | None = Field(
        None,
        alias="ARCHIVE_VOCABULARIES",
        description="Folder of your own vocabularies' YAML files; default: `vocabularies` in ARCHIVE_HOME.",
    )
    policies_dir: Path | None = Field(
        None,
        alias="ARCHIVE_POLICIES",
        description="Folder of your own policies' YAML files (findings); default: `policies` in ARCHIVE_HOME.",
    )
    streetclip: str | None = Field(
        None,
        alias="ARCHIVE_STREETCLIP",
        description="The encoder that the vocabulary `geography` asks, such as ViT-L-14-336@/models/street.pt",
    )
    detectors: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")], str] = Field(
        default_factory=lambda: dict(_DETECTORS),
        alias="ARCHIVE_DETECTORS",
        description="Object detectors by name, as JSON: a folder, a repository of the Hugging Face hub, or a .pt file "
        'of YOLO: {"rt-detr": "/models/rtdetr"}. Default: three repositories.',
    )
    jobs: int | None = Field(
        None,
        ge=1,
        alias="ARCHIVE_JOBS",
        description="Videos that this machine works on at once; default: one for each core, as many as memory allows.",
    )
    verbose: bool = Field(False, alias="ARCHIVE_VERBOSE", description="Show what libraries log, too, as `-v` does.")
    device: str = Field("auto", alias="ARCHIVE_DEVICE", description="auto, cpu, cuda, cuda:1, mps")
    runtime_dir: Path | None = Field(
        None,
        alias="ARCHIVE_RUNTIME",
        description="Folder, yours alone, where processes of this machine find each other; default: "
        "/tmp/archive-pipeline-<uid>.",
    )
    encoder_url: str | None = Field(
        None,
        alias="ARCHIVE_ENCODER_URL",
        description="An encoder in the network, such as grpc://gpu:8010; default: a process of this machine.",
    )
    encoder_api_key: SecretStr | None = Field(
        None, alias="ARCHIVE_ENCODER_KEY", description="What that encoder asks for; 16 characters or more."
    )
    encoder_idle_s: float = Field(
        600.0, gt=0, alias="ARCHIVE_ENCODER_IDLE_S", description="Seconds without a question until the encoder ends."
    )
    encoder_hang_s: float = Field(
        30.0,
        gt=0,
        alias="ARCHIVE_ENCODER_HANG_S",
        description="Seconds without a sign of life until an encoder's process is killed and another one is started.",
    )
    web_token: SecretStr | None = Field(
        None, alias="ARCHIVE_WEB_TOKEN", description="What whoever opens the web page must know; 16 characters or more."
    )
    private_addresses: bool = Field(
        False,
        alias="ARCHIVE_PRIVATE_ADDRESSES",
        description="Whether webhooks of saved searches, and videos that are fetched, may be on this machine or in a "
        "private network.",
    )
    embargo_token: SecretStr | None = Field(
        None,
        alias="ARCHIVE_EMBARGO_TOKEN",
        description="What opens on the web page what collections withhold (`embargo:`); 16 characters or more. Without "
        "one nobody sees it there.",
    )
    failure_webhook: str | None = Field(
        None, alias="ARCHIVE_FAILURE_WEBHOOK", description="URL that gets a JSON line per failed video."
    )

    @property
    def videos_at_once(self) -> int:
        """How many videos `ingest` and the queue work on at once on this machine."""
        return self.jobs or default_jobs()

    @cached_property
    def home(self) -> Path:
        """ARCHIVE_HOME as an absolute path; it need not exist yet."""
        return self.archive_home.expanduser().absolute()

    @property
    def lake_place(self) -> LakePlace:
        return Bucket(self.lake_url.rstrip("/"), self.home / "scratch") if self.lake_url else self.home / "lake"

    @property
    def qdrant_dir(self) -> Path:
        return self.home / "qdrant"

    @property
    def qdrant_key(self) -> str | None:
        """The server's key in the clear: for opening the index, never for printing."""
        return self.qdrant_api_key.get_secret_value() if self.qdrant_api_key else None

    @property
    def encoder_key(self) -> str | None:
        """The encoder's key in the clear: for asking it, never for printing."""
        return self.encoder_api_key.get_secret_value() if self.encoder_api_key else None

    @property
    def runtime_folder(self) -> Path:
        """Where processes of this user and machine find each other; it need not exist yet."""
        if self.runtime_dir:
            return self.runtime_dir.expanduser().absolute()
        return Path(f"/tmp/archive-pipeline-{os.getuid()}")

    @property
    def vlm_key(self) -> str | None:
        """The VLM server's key in the clear: for asking it, never for printing."""
        return self.vlm_api_key.get_secret_value() if self.vlm_api_key else None

    @property
    def slots_dir(self) -> Path:
        """Locks for what the runs of this machine ask a server at once, and for what they decode at once."""
        return self.home / "slots"

    @property
    def answers_dir(self) -> Path:
        """Answers of models, kept one by one until their table is in the lake."""
        return self.home / "answers"

    @property
    def database(self) -> Path | str:
        """The files seen, what became of each video, and what changed since the last snapshot: a SQLite file, or the
        URL, password and all, of a Postgres."""
        return self.database_url.get_secret_value() if self.database_url else self.home / "catalogue.sqlite"

    @property
    def database_link(self) -> Path:
        """What analysts open: a symlink to the newest published DuckDB file."""
        return self.home / "archive.duckdb"

    @property
    def locks_dir(self) -> Path:
        return self.home / "locks"

    @property
    def registered_collections_dir(self) -> Path:
        """YAML files that `ingest PATH` wrote, beside those that people write in `collections_dir`."""
        return self.home / "collections"

    @property
    def own_vocabularies(self) -> tuple[Path, ...]:
        """Folders of people's own vocabularies, as `own_policies`."""
        return self._own(self.vocabularies_dir, "vocabularies")

    @property
    def own_policies(self) -> tuple[Path, ...]:
        """Folders of people's own policies, which need not exist; a later one wins by name, and the last one gets what
        is new. Where no folder is named, one that lies beside is read as well: until 0.1.0 it was the default."""
        return self._own(self.policies_dir, "policies")

    def _own(self, named: Path | None, folder: str) -> tuple[Path, ...]:
        if named:
            return (named.expanduser().absolute(),)
        beside, own = Path(folder).absolute(), self.home / folder
        return (beside, own) if beside.is_dir() and beside != own else (own,)

    @property
    def phrases_dir(self) -> Path:
        """Phrases of vocabularies as vectors; may be deleted, they are then encoded again."""
        return self.home / "phrases"

    @property
    def footage_dir(self) -> Path:
        """Landmarks of all videos, for finding the same footage; may be deleted, they are read from the lake again."""
        return self.home / "footage"

    @property
    def collection_folders(self) -> CollectionFolders:
        """Where collections' files are looked for; people's own come first."""
        own = self.collections_dir.expanduser().absolute()
        return CollectionFolders((own, self.registered_collections_dir), self.lake_place, self.mounts)

    @property
    def instance_dir(self) -> Path:
        """DAGSTER_HOME."""
        return (self.dagster_home or self.home / "dagster").expanduser().absolute()


_MEMORY_A_VIDEO = 1 << 30
"""A run and its ffmpeg: half of it where nothing is odd, all of it where a video lasts hours (docs/performance.md)."""


def default_jobs() -> int:
    """One video for each core that this process may use, fewer where the memory (of its container) is short."""
    limit = Path("/sys/fs/cgroup/memory.max")
    written = limit.read_text(encoding="ascii").strip() if limit.exists() else "max"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if written.isdigit():
        memory = min(memory, int(written))
    return max(1, min(len(os.sched_getaffinity(0)), memory // _MEMORY_A_VIDEO))


def shipped(folder: str) -> Path:
    """What lies at the top of the repository (`sql`, `dagster.yaml`), and inside the package in a wheel."""
    inside = _PACKAGE / "_shipped" / folder
    return inside if inside.exists() else _PROJECT / folder


def child_environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `changes`, for a process that is to be started."""
    return {**os.environ, **changes}


def adopt_environment(changes: Mapping[str, str]) -> None:
    """Make `changes` part of this process's own environment, for libraries that look there (Dagster)."""
    os.environ.update(changes)


def adopt_defaults(defaults: Mapping[str, str]) -> None:
    """The same for those that nobody has set."""
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def replace_environment(whole: Mapping[str, str]) -> None:
    """Make `whole` this process's environment: that of the process for which it works."""
    os.environ.clear()
    os.environ.update(whole)
