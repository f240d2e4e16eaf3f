"""A question as the API wants it."""

import base64
from functools import cache
from typing import Any

from pydantic import BaseModel

from archive_pipeline.language.vlm.model import Question


def messages_of(question: Question) -> Any:
    """The messages of a chat completion: pictures first, then what is asked of them."""
    pictures = [
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64," + base64.b64encode(image).decode()}}
        for image in question.images
    ]
    user = {"role": "user", "content": [*pictures, {"type": "text", "text": question.prompt}]}
    return [{"role": "system", "content": question.system}, user] if question.system else [user]


@cache
def response_format(schema: type[BaseModel]) -> Any:
    """Holds the answer to the JSON schema, on servers that can."""
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True},
    }
