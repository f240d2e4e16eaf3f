"""Train `archive-tiny`: `python -m archive_pipeline.training.train --minutes 40 --seed 0`.

Draws its pictures in processes of its own while it already trains on the first ones. The learning rate and the
pictures' size follow the share of the given minutes that is over, so the result depends on the machine's speed; a
picture is seen at 64, then 88, then 112 pixels (progressive resizing: small pictures cost a third).
"""

import argparse
import math
import os
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch

from archive_pipeline.encoders.torchvision_operators import import_open_clip
from archive_pipeline.progress import report
from archive_pipeline.training.architecture import EMBEDDING, MERGES_FILE, prepare_folder
from archive_pipeline.training.batches import draw_batch
from archive_pipeline.training.objectives import FactHeads, contrast
from archive_pipeline.training.pictures import PictureSet

_SIDES = ((0.0, 64), (0.45, 88), (0.75, 112))  # share of the time from which a picture side is used
_FIRST_PICTURES = 1500  # drawn before training begins
_PEAK_RATE, _DECAY = 1.5e-3, 0.05
_MOST_THREADS = 2
_AVERAGE = 0.99  # of the weights that are saved, over the steps


@dataclass(frozen=True)
class Plan:
    """`pictures` are drawn under `work` and kept there; `out` gets the model's files; both grow as training goes."""

    minutes: float
    seed: int
    pictures: int
    batch: int
    drawers: int
    work: Path
    out: Path


def train(plan: Plan) -> None:
    """Train for the plan's minutes, saving the model every few minutes; resumes from `work/state.pt`."""
    torch.manual_seed(plan.seed)
    vocabulary = prepare_folder(plan.out)
    print(f"vocabulary {vocabulary}", flush=True)
    open_clip = import_open_clip()
    model = open_clip.create_model(f"local-dir:{plan.out}", load_weights=False, pretrained_text=False)
    tokenize = open_clip.get_tokenizer(f"local-dir:{plan.out}", bpe_path=str(plan.out / MERGES_FILE))
    model.visual.to(memory_format=torch.channels_last)
    heads = FactHeads(EMBEDDING)
    parameters = [*model.parameters(), *heads.parameters()]
    plain = [p for p in parameters if p.ndim < 2]
    weights = [p for p in parameters if p.ndim >= 2]
    optimizer = torch.optim.AdamW(
        [{"params": weights, "weight_decay": _DECAY}, {"params": plain, "weight_decay": 0.0}], lr=0.0, betas=(0.9, 0.98)
    )
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    pictures = PictureSet(plan.work, plan.pictures, plan.seed)
    state = plan.work / "state.pt"
    spent, step = 0.0, 0
    if state.is_file():
        kept = torch.load(state)
        model.load_state_dict(kept["model"])
        heads.load_state_dict(kept["heads"])
        optimizer.load_state_dict(kept["optimizer"])
        average, spent, step = kept["average"], kept["spent"], kept["step"]
    drawers = _start_drawers(plan)
    _wait_for_pictures(pictures)
    began, saved, shown = time.monotonic() - spent, time.monotonic(), time.monotonic()
    seen = 0
    model.train()
    while (share := (time.monotonic() - began) / (plan.minutes * 60)) < 1:
        step += 1
        rate = _PEAK_RATE * min(1.0, step / 80) * (0.5 + 0.5 * math.cos(math.pi * share))
        for group in optimizer.param_groups:
            group["lr"] = rate
        random = Random(f"{plan.seed}/step/{step}")
        drawn = np.flatnonzero(pictures.drawn)
        numbers = [int(drawn[random.randrange(len(drawn))]) for _ in range(plan.batch)]
        side = max(side for start, side in _SIDES if share >= start)
        batch = draw_batch(pictures, numbers, tokenize, random, side)
        features = model.visual(batch.pictures)
        texts = _encode_short(model, batch.tokens)
        unit = torch.nn.functional.normalize(features, dim=-1)
        matching = contrast(unit, texts, model.logit_scale.exp(), batch.fits)
        reading = heads(features, batch.facts)
        optimizer.zero_grad()
        (matching + 0.5 * reading).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 2.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(100))
            _follow(average, model.state_dict(), min(_AVERAGE, step / (step + 10)))
        seen += plan.batch
        if step % 20 == 1:
            torch.set_num_threads(_free_cores())
        if step % 20 == 0:
            speed, shown, seen = seen / (time.monotonic() - shown), time.monotonic(), 0
            print(
                f"{share:.3f} step {step} side {side} drawn {len(drawn)} {speed:.0f}/s contrast {float(matching):.3f} "
                f"facts {float(reading):.3f} scale {float(model.logit_scale.exp()):.1f}",
                flush=True,
            )
        report("train", share)
        if time.monotonic() - saved > 180:
            saved = time.monotonic()
            _save(plan, average)
            kept = {"model": model.state_dict(), "heads": heads.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**kept, "average": average, "spent": saved - began, "step": step}, state)
    _save(plan, average)
    for drawer in drawers:
        drawer.terminate()


def _free_cores() -> int:
    """Threads worth using now: two that wait for each other on a busy machine do less than one."""
    cores = os.cpu_count() or 1
    return min(_MOST_THREADS, cores) if os.getloadavg()[0] < 2.5 * cores else 1


def _encode_short(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Unit embeddings of texts cut to the longest of the batch: two thirds of the context and its cost."""
    whole = model.text.attn_mask
    length = tokens.shape[1]
    model.text.attn_mask = whole[:length, :length]
    try:
        return model.encode_text(tokens, normalize=True)  # type: ignore[no-any-return]
    finally:
        model.text.attn_mask = whole


def _start_drawers(plan: Plan) -> list[Any]:
    context = get_context("spawn")
    drawers = [context.Process(target=_draw, args=(plan, part), daemon=True) for part in range(plan.drawers)]
    for drawer in drawers:
        drawer.start()
    return drawers


def _draw(plan: Plan, part: int) -> None:
    PictureSet(plan.work, plan.pictures, plan.seed).draw(part, plan.drawers)


def _wait_for_pictures(pictures: PictureSet) -> None:
    while int(pictures.drawn.sum()) < min(_FIRST_PICTURES, len(pictures.drawn)):
        time.sleep(1)


def _follow(average: dict[str, torch.Tensor], current: dict[str, torch.Tensor], keep: float) -> None:
    for name, value in current.items():
        if value.is_floating_point():
            average[name].mul_(keep).add_(value, alpha=1 - keep)
        else:
            average[name].copy_(value)


def _save(plan: Plan, average: dict[str, torch.Tensor]) -> None:
    from safetensors.torch import save_file

    half = {name: value.half().contiguous() if value.is_floating_point() else value for name, value in average.items()}
    file = plan.out / "open_clip_model.safetensors"
    partial = file.with_suffix(".partial")
    save_file(half, str(partial))
    partial.replace(file)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train archive-tiny on simulated pictures.")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pictures", type=int, default=60_000, help="how many different pictures are drawn at most")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--drawers", type=int, default=1, help="processes that draw pictures beside the training")
    parser.add_argument("--work", type=Path, default=Path("data/training"), help="pictures and state; may be deleted")
    parser.add_argument("--out", type=Path, default=Path("data/archive_tiny"), help="the model's files")
    train(Plan(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
