"""What can be checked of the deployment without a container engine or a cluster."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from bot.cli import app
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
TEXTS = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
MANUAL = ROOT / "docs" / "operations.md"
COMMANDS = {each.name for each in (*app.registered_commands, *app.registered_groups)}
VARIABLES = {
    str(field.validation_alias or f"UPTAKE_{name.upper()}")
    for name, field in Settings.model_fields.items()
}
# Of the deployment alone, not read by Uptake itself.
OTHERS = {"UPTAKE_DB_PASSWORD"}
# The version of the cluster's API that the manifests are written for.
KUBERNETES = "1.37"
# https://docs.docker.com/reference/dockerfile/#overview
INSTRUCTIONS = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL "
    "USER VOLUME WORKDIR".split()
)


def documents(path: Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(path.read_text("utf-8")) if each]


def manifests() -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for each in documents(path):
            key = (each["kind"], each["metadata"]["name"])
            assert key not in found, f"{key} stands twice"
            found[key] = each
    return found


def pods() -> list[dict[str, Any]]:
    specs = []
    for (kind, _), each in manifests().items():
        if kind == "StatefulSet":
            specs.append(each["spec"]["template"]["spec"])
        if kind == "CronJob":
            specs.append(each["spec"]["jobTemplate"]["spec"]["template"]["spec"])
    return specs


def containers() -> list[dict[str, Any]]:
    return [container for pod in pods() for container in pod["containers"]]


@pytest.mark.parametrize("path", [*TEXTS, MANUAL], ids=lambda path: path.name)
def test_every_setting_named_is_one(path: Path):
    named = set(re.findall(r"\b(?:UPTAKE|SLACK)_[A-Z_]+[A-Z]\b", path.read_text("utf-8")))
    assert named <= VARIABLES | OTHERS


@pytest.mark.parametrize("path", [*TEXTS, MANUAL], ids=lambda path: path.name)
def test_every_command_named_is_one(path: Path):
    text = path.read_text("utf-8")
    named = re.findall(r"(?:`|bin/)uptake ([a-z-]+)", text)
    assert set(named) <= COMMANDS


def test_what_the_containers_run_are_commands():
    ours = [each for each in containers() if each["image"].startswith("uptake")]
    compose = documents(DEPLOY / "compose.yaml")[0]
    run = [each["args"] for each in ours] + [compose["services"]["worker"]["command"]]
    assert len(run) == 3
    for arguments in run:
        assert arguments[0] in COMMANDS


def test_the_container_file_copies_what_is_there_and_ends_as_nobody_special():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
    assert copied
    for names in copied:
        for name in names.split():
            assert (ROOT / name).exists(), name
    packaged = {"bot", "knowledge", "ingest", "adoption", "uptake.py"}
    assert packaged <= {name for names in copied for name in names.split()}
    final = text.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert "pip install" not in final
    assert "HF_HUB_OFFLINE=1" in final


def test_services_in_the_compose_file_know_each_other():
    compose = documents(DEPLOY / "compose.yaml")[0]
    worker = compose["services"]["worker"]
    assert set(worker["depends_on"]) <= set(compose["services"])
    assert "@postgres:" in worker["environment"]["UPTAKE_DATABASE_URL"]
    assert "//chroma:" in worker["environment"]["UPTAKE_CHROMA_URL"]
    context = (DEPLOY / worker["build"]["context"]).resolve()
    assert (context / worker["build"]["dockerfile"]).is_file()


def test_a_cluster_finds_every_part_that_is_named():
    found = manifests()
    for (kind, name), each in found.items():
        if kind == "StatefulSet":
            assert ("Service", each["spec"]["serviceName"]) in found
            labels = each["spec"]["template"]["metadata"]["labels"]
            assert each["spec"]["selector"]["matchLabels"].items() <= labels.items(), name
    for container in containers():
        for source in container.get("envFrom", []):
            [(kind, reference)] = source.items()
            assert (kind.removesuffix("Ref").capitalize(), reference["name"]) in {
                (kind.capitalize(), name) for kind, name in found
            }
    chroma = found[("ConfigMap", "uptake")]["data"]["UPTAKE_CHROMA_URL"]
    assert ("Service", chroma.split("//")[1].split(":")[0]) in found


def test_workers_are_probed_and_given_time_to_end():
    spec = manifests()[("StatefulSet", "uptake")]["spec"]["template"]["spec"]
    [worker] = spec["containers"]
    probes = {kind: worker[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness")}
    assert probes == {"startup": "/healthz", "liveness": "/healthz"}
    assert worker["readinessProbe"]["httpGet"]["path"] == "/readyz"
    grace = int(manifests()[("ConfigMap", "uptake")]["data"]["UPTAKE_GRACE_SECONDS"])
    assert spec["terminationGracePeriodSeconds"] > grace + 10
    names = {each["name"]: each for each in worker["env"]}
    assert names["UPTAKE_EXECUTOR_ID"]["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"


def test_our_containers_may_do_nothing_they_need_not():
    for pod in pods():
        for container in pod["containers"]:
            if container["image"].startswith("uptake"):
                assert pod["securityContext"]["runAsNonRoot"] is True
                assert container["securityContext"]["readOnlyRootFilesystem"] is True
                assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
                mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
                assert {"/data", "/tmp"} <= mounted


def test_the_settings_of_the_deployment_are_accepted():
    data = manifests()[("ConfigMap", "uptake")]["data"]
    values = {name.removeprefix("UPTAKE_").lower(): value for name, value in data.items()}
    settings = Settings(_env_file=None, **values)
    assert settings.health_port == 8080


@pytest.mark.parametrize("unit", ["uptake.service", "uptake-backup.service"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    for name in ("uptake.service", "uptake-backup.service", "uptake-backup.timer"):
        text = (DEPLOY / name).read_text("utf-8")
        text = text.replace("/opt/uptake/.venv/bin/uptake", sys.executable)
        text = text.replace("file:///opt/uptake/docs/operations.md", f"file://{MANUAL}")
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True
    )
    about = [line for line in done.stderr.splitlines() if "uptake" in line]
    assert about == []


def test_a_cluster_takes_every_manifest():
    for (kind, name), each in manifests().items():
        assert kubernetes_validate.validate(each, KUBERNETES, strict=True), (kind, name)


def test_a_key_that_kubernetes_does_not_know_is_found():
    worker = manifests()[("StatefulSet", "uptake")]
    worker["spec"]["template"]["spec"]["containers"][0]["livenessprobe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="livenessprobe"):
        kubernetes_validate.validate(worker, KUBERNETES, strict=True)


def test_the_compose_file_is_as_the_compose_specification_says():
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    PyCompose.from_yaml(text).validate()
    with pytest.raises(ValueError, match="replica"):
        PyCompose.from_yaml(text.replace("replicas: 3", "replicas: three"))


def test_each_line_of_the_container_file_is_an_instruction():
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.M))
    words = {line.split()[0] for line in joined.splitlines() if line.strip()}
    assert words <= INSTRUCTIONS
    assert text.count("\nFROM ") == 2
    # A base image without a version would be another one tomorrow.
    assert all(
        ":" in each and ":latest" not in each for each in re.findall(r"^FROM (\S+)", text, re.M)
    )
