"""What lies in deploy/ fits what it is for. No containers or clusters here: what reads the files is asked."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import dagster as dg
import kubernetes
import pytest
import yaml
from dagster._config import process_config, resolve_to_config_type
from dagster._serdes import ConfigurableClassData
from dagster_k8s import K8sRunLauncher
from dagster_k8s.job import UserDefinedDagsterK8sConfig
from dagster_k8s.models import k8s_model_from_dict, k8s_snake_case_dict
from dagster_postgres.utils import get_conn_string
from sqlalchemy import create_engine
from typer.testing import CliRunner

from archive_pipeline.assets.policy import GPU_TAGS
from archive_pipeline.automation.queue import MachineQueue
from archive_pipeline.cli.app import app
from archive_pipeline.settings import Settings
from archive_pipeline_tests.machines.dockerfile import steps

_PROJECT = Path(__file__).parents[2]
_DEPLOY = _PROJECT / "deploy"
_COMPOSE = (_DEPLOY / "compose.yaml").read_text(encoding="utf-8")
_SCALING = (_PROJECT / "docs" / "scaling.md").read_text(encoding="utf-8")


def _yaml(name: str) -> Any:
    return yaml.safe_load((_DEPLOY / name).read_text(encoding="utf-8"))


def _our_commands() -> list[list[str]]:
    """Of compose and the cluster, without `archive-pipeline` itself."""
    commands = [service.get("command", []) for service in _yaml("compose.yaml")["services"].values()]
    for manifest in _manifests("Deployment"):
        commands += [container["command"] for container in manifest["spec"]["template"]["spec"]["containers"]]
    commands += [json.loads(said) for step, said in steps() if step == "CMD"]
    commands += [
        shlex.split(line, comments=True) for line in re.findall(r"^    (?:\w+=\S+ )*(archive-.*)", _SCALING, re.M)
    ]
    return [command[1:] for command in commands if command[:1] == ["archive-pipeline"]]


def _example() -> dict[str, str]:
    lines = (_DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _manifests(kind: str) -> list[dict[str, Any]]:
    text = (_DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")
    return [manifest for manifest in yaml.safe_load_all(text) if manifest["kind"] == kind]


def test_the_image_runs_as_nobody_special_and_is_pinned() -> None:
    every = steps()
    users = [said for step, said in every if step == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    assert every.index(("USER", users[-1])) > max(n for n, (step, _) in enumerate(every) if step == "RUN")
    pips = [said for step, said in every if step == "RUN" and "pip install" in said]
    assert pips
    assert all("--constraint constraints.txt" in said for said in pips)
    assert (_PROJECT / "constraints.txt").exists()
    linked = next(re.search(r"/opt/archive-pipeline/(\S+)", said) for _, said in every if "ln -s" in said)
    assert linked
    assert (_PROJECT / linked.group(1)).exists()


def test_every_step_of_the_image_is_a_shell_command_that_parses() -> None:
    runs = [said for step, said in steps() if step == "RUN"]
    for said in runs:
        assert shlex.split(said)
        subprocess.run(["sh", "-n", "-c", said], check=True)


@pytest.mark.parametrize("command", _our_commands(), ids=" ".join)
def test_commands_of_ours_are_real(command: list[str]) -> None:
    asked = CliRunner().invoke(app, [*command, "--help"])
    assert asked.exit_code == 0, asked.output
    for option in (word for word in command if word.startswith("--")):
        assert option in asked.output


def test_every_service_says_how_its_health_is_asked_and_comes_back() -> None:
    for name, service in _yaml("compose.yaml")["services"].items():
        assert service["healthcheck"]["test"], name
        assert service["restart"] == "always", name


def test_compose_accepts_the_services(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs docker-compose: apt-get install --no-install-recommends docker-compose")
        pytest.skip("no docker-compose: apt-get install --no-install-recommends docker-compose")
    secrets = tmp_path / ".env"
    filled = {**_example(), **{name: "/x" for name, value in _example().items() if not value}}
    secrets.write_text("".join(f"{name}={value}\n" for name, value in filled.items()), encoding="utf-8")
    command = [program, "--env-file", str(secrets), "-f", str(_DEPLOY / "compose.yaml"), "config"]
    with_gpu = [*command[:-1], "-f", str(_DEPLOY / "compose.gpu.yaml"), "config"]
    for asked in (command, with_gpu):
        shown = subprocess.run(asked, capture_output=True, text=True)
        assert shown.returncode == 0, shown.stderr
        assert "Unsupported" not in shown.stderr
        reserved = yaml.safe_load(shown.stdout)["services"]["encoder"].get("deploy", {})
        assert ("nvidia" in str(reserved)) == (asked is with_gpu), "the encoder's GPU"
    shutil.copy(_DEPLOY / "env.example", secrets)
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode != 0  # no archive starts with an empty password


def test_the_example_names_what_compose_asks_for_and_its_secrets_stay_at_home() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", _COMPOSE)) | {"ARCHIVE_VLM_URL"}
    assert set(_example()) == asked
    given = {name for name, value in _example().items() if value}
    assert given == set(re.findall(r"\$\{(\w+):-", _COMPOSE))  # what has a default; a secret never has one
    assert "**/.env" in (_PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in (_PROJECT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_image_asks_for_the_gpu_s_decoders_as_well() -> None:
    """NVIDIA's runtime gives a container that does not `compute` and `utility` alone."""
    given = [word for step, said in steps() if step == "ENV" for word in shlex.split(said)]
    (capabilities,) = [word.split("=")[1] for word in given if word.startswith("NVIDIA_DRIVER_CAPABILITIES=")]
    assert set(capabilities.split(",")) == {"compute", "utility", "video"}


def test_every_variable_is_a_setting_or_belongs_to_what_runs_beside_us() -> None:
    settings = {str(field.alias) for field in Settings.model_fields.values()}
    of_dagster = {_yaml("dagster-celery.yaml")["storage"]["custom"]["config"]["postgres_url"]["env"]}
    given = {
        name for one in _yaml("compose.yaml")["services"].values() if "build" in one for name in one["environment"]
    }
    for manifest in _manifests("Deployment"):
        for container in manifest["spec"]["template"]["spec"]["containers"]:
            given |= {variable["name"] for variable in container.get("env", [])}
    given |= {name for manifest in _manifests("ConfigMap") for name in manifest["data"]}
    given |= {word.split("=")[0] for step, said in steps() if step == "ENV" for word in shlex.split(said)}
    given |= set(re.findall(r"\b(?:ARCHIVE|QDRANT|DAGSTER)_[A-Z_]+\b", _SCALING))
    assert {"ARCHIVE_BROKER_URL", "ARCHIVE_HOME", "QDRANT_URL"} <= given
    assert given - settings - of_dagster == {"HF_HOME", "PATH", "PYTHONDONTWRITEBYTECODE", "NVIDIA_DRIVER_CAPABILITIES"}


def test_the_instance_of_many_machines_is_that_of_one_but_for_what_differs() -> None:
    one, many = yaml.safe_load((_PROJECT / "dagster.yaml").read_text(encoding="utf-8")), _yaml("dagster-celery.yaml")
    differ = {key for key in {*one, *many} if one.get(key) != many.get(key)}
    assert differ == {"storage", "run_launcher", "run_monitoring"}


def test_the_chart_reaches_postgres_by_a_driver_of_the_image_and_a_secret() -> None:
    values = _yaml("values.yaml")
    assert not values["postgresql"]["enabled"]
    assert not values["generatePostgresqlPasswordSecret"]
    assert "postgresqlPassword" not in values["postgresql"]
    secret, scheme = values["global"]["postgresqlSecretName"], values["postgresql"]["postgresqlScheme"]
    assert f"secret generic {secret} --from-literal=postgresql-password=" in _SCALING
    url = get_conn_string("archive", "x", "postgres", "dagster", scheme=scheme)
    assert create_engine(url).dialect.driver == "psycopg2"


def test_dagster_accepts_the_launchers_configuration() -> None:
    config = _yaml("values.yaml")["runLauncher"]["config"]["k8sRunLauncher"]
    snake = {
        "env_config_maps": [one["name"] for one in config["envConfigMaps"]],
        "env_secrets": [one["name"] for one in config["envSecrets"]],
        "run_k8s_config": {
            "container_config": config["runK8sConfig"]["containerConfig"],
            "pod_spec_config": config["runK8sConfig"]["podSpecConfig"],
            "job_spec_config": config["runK8sConfig"]["jobSpecConfig"],
        },
    }
    fixed = {"service_account_name": "x", "instance_config_map": "x", "dagster_home": "/x", "job_image": "x"}
    schema = resolve_to_config_type(dg.Shape(K8sRunLauncher.config_type()))
    processed = process_config(schema, {**fixed, **snake})
    assert processed.success, processed.errors


def test_the_chart_has_the_queue_of_this_project_and_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives tags to what a person launches, by the collections' files: in the web server, and in the daemon."""
    values = _yaml("values.yaml")
    daemon, webserver = values["dagsterDaemon"], values["dagsterWebserver"]
    for name, value in daemon["env"].items():
        monkeypatch.setenv(name, value)
    assert daemon["runCoordinator"]["type"] == "CustomRunCoordinator"
    asked = daemon["runCoordinator"]["config"]["customRunCoordinator"]
    data = ConfigurableClassData(asked["module"], asked["class"], yaml.safe_dump(asked["config"]))
    queue = data.rehydrate(as_type=MachineQueue)
    assert queue.get_run_queue_config().max_concurrent_runs == int(daemon["env"]["ARCHIVE_JOBS"]) + 4
    (config,) = _manifests("ConfigMap")
    for one in (daemon, webserver):
        assert one["env"] == daemon["env"]
        folders = [mount["mountPath"] for mount in one["volumeMounts"]]
        assert any(Path(config["data"]["ARCHIVE_COLLECTIONS"]).is_relative_to(folder) for folder in folders)


def test_runs_that_need_a_gpu_say_so_to_kubernetes() -> None:
    config = UserDefinedDagsterK8sConfig.from_dict(json.loads(GPU_TAGS["dagster-k8s/config"]))
    assert config.container_config["resources"]["limits"] == {"nvidia.com/gpu": "1"}


@pytest.mark.parametrize("kind", ["ConfigMap", "Deployment", "Service"])
def test_manifests_are_what_the_api_knows(kind: str) -> None:
    found = _manifests(kind)
    assert found
    model = getattr(kubernetes.client, f"V1{kind}")
    for manifest in found:
        assert k8s_model_from_dict(model, k8s_snake_case_dict(model, manifest))
