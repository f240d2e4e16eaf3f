"""Which policies a collection's shots are judged by."""

from collections.abc import Mapping
from typing import Any

from archive_pipeline.collections.model import Collection
from archive_pipeline.language.findings.policy import Policy
from archive_pipeline.language.findings.policy_files import chosen, load_policies
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.settings import Settings


def policies_of(collection: Collection, settings: Settings) -> list[Policy]:
    """Those that the collection's file names. Raises ConfigurationError where one is unknown or wrong."""
    return chosen(collection.policies, *load_policies(settings.own_policies))


def policy_parameters(policy: Policy, collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """What an answer to one policy is a function of, beside the shot and its words. Where the server is changes
    nothing; which model it is asked for does, where one is named."""
    return {
        "policy": policy.digest,
        "prompt": load_prompt("judge", collection.language).label,
        "language": collection.language,
        "model": settings.vlm_model,
    }


SECOND_SEED = 1
"""Of the second run of one model."""


def finding_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """What the findings of a collection's videos depend on, as it enters the fingerprint."""
    return {
        policy.name: policy_parameters(policy, collection, settings) for policy in policies_of(collection, settings)
    }


def second_seed(settings: Settings) -> int | None:
    """None where another model is asked, which then says what is likeliest to it; the same one would repeat itself."""
    return None if settings.vlm_second_model else SECOND_SEED


def second_parameters(collection: Collection, settings: Settings) -> Mapping[str, Any]:
    """What second opinions depend on: which shots are asked about (those that `first` raise, and a `sample` of the
    others), and what is asked of each by `policies`."""
    first = finding_parameters(collection, settings)
    asked = {"model": settings.vlm_second_model or settings.vlm_model, "seed": second_seed(settings)}
    sample = collection.second_sample
    return {
        "first": first,
        "sample": sample,
        "policies": {name: {**parameters, **asked} for name, parameters in first.items()},
    }
