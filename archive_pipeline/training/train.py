"""Train `archive-tiny`: `python -m archive_pipeline.training.train --minutes 40 --seed 0`.

Three kinds of processes work at once: some draw pictures, one trains the picture tower on those that are there, one
the text tower. The learning rate and the pictures' size follow the share of the given minutes that is over, so the
result depends on the machine's speed. Pictures are seen at 64, then 88, then 112 pixels (progressive resizing: a
small picture costs 40 % of a large one; but at 64 the last feature map is 2 × 2, too coarse to tell which colour
belongs to which object, so most of the time goes to the larger ones).
"""

import argparse
import os
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.training.architecture import MERGES_FILE, prepare_folder
from archive_pipeline.training.batches import draw_batch
from archive_pipeline.training.codes import codes, place_stretch
from archive_pipeline.training.objectives import contrast, reading
from archive_pipeline.training.pictures import PictureSet, cast_picture
from archive_pipeline.training.questions import ask, say, without_colours
from archive_pipeline.training.team import Team
from archive_pipeline.training.towers import train_tower

Part = Literal["both", "pictures", "texts"]

_SIDES = ((0.0, 64), (0.25, 88), (0.55, 112))  # share of the time from which a picture side is used
_FIRST_PICTURES = 1500  # drawn before training begins
_PICTURE_RATE, _TEXT_RATE = 1.5e-3, 1.0e-3
_PICTURES, _TEXTS = 32, 128  # in a batch of one process
_SCALE = 20.0  # of cosines before a softmax: a fact among seven has a cosine of 0.38


@dataclass(frozen=True)
class Plan:
    """`pictures` are drawn under `work` and kept there, with the towers' states; `out` gets the model's files."""

    minutes: float
    seed: int
    pictures: int
    drawers: int
    workers: int
    part: Part
    work: Path
    out: Path


def train(plan: Plan) -> None:
    """Train what the plan says and write the model; a second call resumes where the first was interrupted."""
    plan.work.mkdir(parents=True, exist_ok=True)
    prepare_folder(plan.out)
    context = get_context("spawn")
    beside = [context.Process(target=_draw, args=(plan, part)) for part in range(plan.drawers)]
    texts = context.Process(target=train_texts, args=(plan,))
    if plan.part == "both":
        beside.append(texts)
    meeting = plan.work / f"meeting-{os.getpid()}"
    if plan.part != "texts":
        beside += [
            context.Process(target=train_pictures, args=(plan, rank, meeting)) for rank in range(1, plan.workers)
        ]
    for process in beside:
        process.start()
    try:
        if plan.part == "texts":
            train_texts(plan)
        else:
            train_pictures(plan, 0, meeting)
        if plan.part == "both":
            texts.join()
    finally:
        for process in beside:
            process.terminate()
    assemble(plan)


def train_pictures(plan: Plan, rank: int, meeting: Path) -> None:
    """Train the picture tower with the plan's other workers, who meet at a file; its state is `work/pictures.pt`."""
    team = Team(rank, plan.workers)
    torch.manual_seed(plan.seed)
    tower = new_model(plan.out).visual.to(memory_format=torch.channels_last)
    pictures = PictureSet(plan.work, plan.pictures, plan.seed)
    while int(pictures.drawn.sum()) < min(_FIRST_PICTURES, plan.pictures):
        time.sleep(1)
    scale = torch.tensor(_SCALE)
    brief = torch.cpu._is_avx512_bf16_supported()  # twice as fast at 112 px where the processor has it
    team.meet(meeting)

    def loss(step: int, share: float) -> Tensor:
        random = Random(f"{plan.seed}/step/{step}/{rank}")
        drawn = np.flatnonzero(np.array(pictures.drawn))  # a copy: others are drawing
        numbers = [int(drawn[random.randrange(len(drawn))]) for _ in range(_PICTURES)]
        batch = draw_batch(pictures, numbers, random, max(side for start, side in _SIDES if share >= start))
        with torch.autocast("cpu", torch.bfloat16, enabled=brief):
            embedded = tower(batch.pictures)
        unit = nn.functional.normalize(embedded.float(), dim=-1)
        return contrast(unit, batch.questions, scale, batch.fits) + 0.5 * reading(unit, scale, batch.shown)

    train_tower(tower, loss, plan.minutes, _PICTURE_RATE, plan.work / "pictures.pt", team)


def train_texts(plan: Plan) -> None:
    """Train the text tower; its state is `work/texts.pt`."""
    torch.manual_seed(plan.seed)
    tower = new_model(plan.out).text
    tokenize = import_open_clip().get_tokenizer(f"local-dir:{plan.out}", bpe_path=str(plan.out / MERGES_FILE))
    whole = tower.attn_mask

    def loss(step: int, share: float) -> Tensor:  # noqa: ARG001
        random = Random(f"{plan.seed}/texts/{step}")
        questions = []
        for _ in range(_TEXTS):
            facts = cast_picture(random)
            questions.append(ask(without_colours(facts) if random.random() < 0.05 else facts, random))
        tokens = tokenize([say(question, random) for question in questions])
        length = int((tokens != 0).sum(1).max())  # shorter than the context: less to compute
        tower.attn_mask = whole[:length, :length]
        encoded = nn.functional.normalize(tower(tokens[:, :length]), dim=-1)
        return (1 - (encoded * codes(questions)).sum(1)).mean()

    train_tower(tower, loss, plan.minutes, _TEXT_RATE, plan.work / "texts.pt", Team())


def new_model(folder: Path) -> Any:
    """The untrained model of a prepared folder."""
    return import_open_clip().create_model(f"local-dir:{folder}", load_weights=False, pretrained_text=False)


def assemble(plan: Plan) -> bool:
    """Write the model's weights in half precision if both towers have a state; whether they do."""
    from safetensors.torch import save_file

    states = {part: plan.work / f"{part}.pt" for part in ("pictures", "texts")}
    if not all(state.is_file() for state in states.values()):
        return False
    model = new_model(plan.out)
    model.visual.load_state_dict(torch.load(states["pictures"])["average"])
    model.text.load_state_dict(torch.load(states["texts"])["average"])
    with torch.no_grad():
        model.visual.head.proj.weight.copy_(place_stretch() @ model.visual.head.proj.weight)
        model.logit_scale.fill_(float(np.log(_SCALE)))
    weights = {name: v.half().contiguous() if v.is_floating_point() else v for name, v in model.state_dict().items()}
    file = plan.out / "open_clip_model.safetensors"
    partial = file.with_suffix(".partial")
    save_file(weights, str(partial))
    partial.chmod(0o644)  # safetensors keeps it for its owner
    partial.replace(file)
    return True


def _draw(plan: Plan, part: int) -> None:
    PictureSet(plan.work, plan.pictures, plan.seed).draw(part, plan.drawers)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train archive-tiny on simulated pictures.")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=int, default=60_000, help="how many different pictures are drawn at most")
    parser.add_argument("--drawers", type=int, default=1, help="processes that draw pictures beside the training")
    parser.add_argument("--workers", type=int, default=2, help="processes that train the picture tower together")
    parser.add_argument("--part", choices=("both", "pictures", "texts"), default="both", help="which tower to train")
    parser.add_argument("--work", type=Path, default=Path("data/training"), help="pictures and state; may be deleted")
    parser.add_argument("--out", type=Path, default=Path("data/archive_tiny"), help="the model's files")
    train(Plan(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
