"""Batches of pictures: varied at random, with questions, near misses, and which picture answers which question."""

from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import Tensor

from archive_pipeline.training.architecture import MEAN, STD
from archive_pipeline.training.codes import codes, presence
from archive_pipeline.training.pictures import SIDE, PictureSet
from archive_pipeline.training.questions import ask, near_miss, without_colours

_GREY_SHARE = 0.08
_LUMA = torch.tensor([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Batch:
    """`pictures` (n, 3, side, side) float, what they show (n, facts), `questions` (n + m, d), `fits` (n, n + m)."""

    pictures: Tensor
    shown: Tensor
    questions: Tensor
    fits: Tensor


def draw_batch(pictures: PictureSet, numbers: list[int], random: Random, side: int) -> Batch:
    """The pictures of these numbers at `side` pixels, flipped, shifted and dimmed at random, with fresh questions."""
    pixels = torch.from_numpy(np.stack([pictures.pixels[number] for number in numbers]))
    images, grey = _varied(pixels, random)
    facts = [pictures.facts(number) for number in numbers]
    facts = [without_colours(fact) if is_grey else fact for fact, is_grey in zip(facts, grey, strict=True)]
    questions = [ask(fact, random) for fact in facts]
    missed = [near_miss(question, fact, random) for question, fact in zip(questions, facts, strict=True)]
    questions += [question for question in missed if question is not None]
    fits = torch.tensor([[fact.answers(question) for question in questions] for fact in facts])
    return Batch(_scaled(images, side), presence(facts, pictures=True), codes(questions), fits)


def _varied(pixels: Tensor, random: Random) -> tuple[Tensor, list[bool]]:
    images = pixels.permute(0, 3, 1, 2).float().div_(255)
    generator = torch.Generator().manual_seed(random.getrandbits(62))
    n = len(images)
    flip = torch.rand(n, generator=generator) < 0.5
    images[flip] = images[flip].flip(3)
    shift = torch.randint(-5, 6, (2,), generator=generator)
    images = torch.roll(images, (int(shift[0]), int(shift[1])), (2, 3))
    grey = torch.rand(n, generator=generator) < _GREY_SHARE
    images[grey] = (images[grey] * _LUMA[:, None, None]).sum(1, keepdim=True).expand(-1, 3, -1, -1)
    gain = 1 + 0.24 * (torch.rand(n, 1, 1, 1, generator=generator) - 0.5)
    return (images * gain).clamp_(0, 1), grey.tolist()


def _scaled(images: Tensor, side: int) -> Tensor:
    normal = (images - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
    if side != SIDE:
        normal = torch.nn.functional.interpolate(normal, size=(side, side), mode="bilinear", antialias=True)
    return normal.contiguous(memory_format=torch.channels_last)
