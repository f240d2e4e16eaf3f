"""The REST API of policies: read, tried on a few shots, adopted."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from archive_pipeline.language.findings.drafts import MOST_TEXT, written_policy
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.web import policy_desk
from archive_pipeline.web.api import models
from archive_pipeline.web.service import Service

_Name = Annotated[str, Path(max_length=64)]


class PolicyOut(BaseModel):
    name: str
    text: str = Field(description="Its file, YAML")
    is_own: bool = Field(description="False: it is shipped")


class Adopted(BaseModel):
    name: str
    version: int
    collections: list[str] = Field(description="Those that it judges: their findings are due again")


class PolicyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=MOST_TEXT, description="YAML")


class TrialIn(PolicyIn):
    collection: str = Field(max_length=64)
    model: str = Field("", max_length=300, description="One of /api/playground/models; empty: what runs ask")
    language: str = Field("", pattern="^([a-z]{2})?$", description="Of the answers; empty: the collection's")
    shots: str = Field("", max_length=4000, description="Up to five ids or addresses; empty: five at random")
    draw: int = Field(0, ge=0, le=1_000_000, description="Which random five; the same number draws the same")


class TriedShotOut(BaseModel):
    """All words are a model's: to be escaped where they are shown."""

    video_id: str
    shot_id: str
    start_s: float
    end_s: float
    rows: list[dict[str, Any]] = Field(description="As the table `findings` would hold them")


class TrialOut(BaseModel):
    shots: list[TriedShotOut]
    n_shots: int = Field(description="Of the whole collection")
    prompt_tokens: int = Field(description="For all of them, by what these took")
    completion_tokens: int
    seconds: float


def policies_api(service: Service) -> APIRouter:
    """The routes; all answer errors as `Problem`."""
    problems: dict[int | str, dict[str, object]] = {code: {"model": models.Problem} for code in (404, 422, 503)}
    router = APIRouter(prefix="/api/policies", responses=problems, tags=["findings"])
    own = service.archive.settings.own_policies

    @router.get("")
    def names() -> list[str]:
        """Of all policies that can be read, shipped and own."""
        return list(load_policies(own)[0])

    @router.get("/{name}")
    def policy(name: _Name) -> PolicyOut:
        """As it is written."""
        text, is_own = written_policy(name, own)
        return PolicyOut(name=name, text=text, is_own=is_own)

    @router.post("/{name}/trials")
    async def trial(name: _Name, given: TrialIn) -> TrialOut:
        """Put a draft to a few shots of a collection, by what findings do; nothing is kept."""
        archive = service.archive
        draft = policy_desk.Draft(name, **given.model_dump())
        found = await service.playground_lane.run(lambda: policy_desk.tried(archive, draft))
        shots = [
            TriedShotOut.model_validate(asdict(shot) | {"start_s": shot.span.start_s, "end_s": shot.span.end_s})
            for shot in found.shots
        ]
        whole = ("n_shots", "prompt_tokens", "completion_tokens", "seconds")
        return TrialOut(shots=shots, **{key: getattr(found, key) for key in whole})

    @router.put("/{name}")
    def adopt(name: _Name, given: PolicyIn) -> Adopted:
        """Keep it among the own policies; a shipped one of that name counts no more."""
        kept, _, collections = policy_desk.adopted(service.archive, name, given.text)
        return Adopted(name=kept.name, version=kept.version, collections=collections)

    return router
