"""Fine-tunes YOLOX-nano to the starter detector's classes on a CPU.

Writes to the run folder: ``log.jsonl`` (a line a report and a line an epoch), ``last.pt`` (to go on from with
``--resume``), ``best.pt`` (highest sum of a fixed list of scores, never class by class) and ``e0.pt``, ``e1.pt`` …
(weights alone, for training.mean).
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor

from training import propose
from training.dataset import Batch, Drawn, pack
from training.lesson import Teachers
from training.loss import anchors, loss
from training.net import INPUT_SIZE, YoloxNano, flatten, from_onnx, with_our_classes
from training.pictures import Sample, drop_near_copies, know_where_nobody_is, load_folder
from training.score import Model, average_precision
from training.tiles import tiles

PRIOR_STEPS = 250
WARM_UP_STEPS = 60
PLAIN_FROM = 0.7  # of the time, where it is trained by the clock: no mosaics from here on
AGREE_EVERY = 8
EMA_HORIZON = 400  # steps


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="yolox_nano.onnx of its authors")
    parser.add_argument("--ppe", type=Path, required=True, help="COCO folder to train on")
    parser.add_argument("--people", type=Path, required=True, help="COCO folder of people, partly held out")
    parser.add_argument("--extra", type=Path, nargs="*", default=[], help="more COCO folders, e.g. rendered ones")
    parser.add_argument("--valid", type=Path, required=True, help="COCO folder to score on")
    parser.add_argument("--proposals", type=Path, required=True, help="written by training.propose")
    parser.add_argument("--run", type=Path, required=True, help="folder for log and checkpoints")
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from")
    parser.add_argument("--weights", type=Path, help="checkpoint to begin from instead of --start (second round)")
    parser.add_argument("--quick", action="store_true", help="the net with HardSwish; see training.quick")
    parser.add_argument("--teacher", type=Path, help="checkpoint of round one to learn from beside the labels")
    parser.add_argument("--quick-teacher", action="store_true", help="that checkpoint is of a net with HardSwish")
    parser.add_argument("--minutes", type=float, help="train for so long and let the rate follow the clock")
    parser.add_argument("--clock", type=float, nargs=2, help="the same from and to these seconds since 1970 (--resume)")
    parser.add_argument("--fresh-schedule", action="store_true", help="with --resume: its weights, a new schedule")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--pictures", type=int, default=4480, help="pictures drawn an epoch")
    parser.add_argument("--batch", type=int, default=12, help="pictures a step of one process")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--plain-last", type=int, default=5, help="last epochs without mosaic")
    parser.add_argument("--mosaic", type=float, default=0.55, help="share of mosaics before that")
    parser.add_argument("--thaw", action="store_true", help="train the first stage too (half the speed)")
    parser.add_argument("--processes", type=int, default=2, help="each with one thread")
    parser.add_argument("--score-every", type=int, default=2)
    return parser.parse_args()


def load_samples(args: argparse.Namespace) -> list[Sample]:
    people = drop_near_copies(load_folder(args.people), args.people)
    samples = load_folder(args.ppe) + people
    proposed, by_people = propose.apply(samples, json.loads(args.proposals.read_text()))
    rendered = [s for folder in args.extra for s in load_folder(folder)]
    crops = [tile for sample in samples if sample.source == "css" for tile in tiles(sample)]
    for sample in samples + rendered:
        know_where_nobody_is(sample)
        sample.decode()
    note(args.run, pictures=len(samples), rendered=len(rendered), crops=len(crops), labels=by_people, proposed=proposed)
    return samples + crops + rendered


def note(run: Path, **values: Any) -> None:
    line = json.dumps({"time": time.strftime("%H:%M:%S"), **values})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    with (run / "log.jsonl").open("a") as log:
        log.write(line + "\n")


def groups(net: YoloxNano, thaw: bool) -> list[dict[str, Any]]:
    """The class branch is new and learns fastest; the first stage is as good as it gets and learns slowest.

    The very first layer reads pixels from 0 to 255, so its weights are a hundred times smaller than all others: steps
    that are right for those tear it to pieces (AP50 of people 0.73 to 0.66 in ten minutes). It stays as it is.
    """
    fast = [p for head in net.rest.heads for p in (*head.cls.parameters(), *head.cls_out.parameters())]
    fast_ids = {id(p) for p in fast}
    slow = list(net.start.dark2.parameters()) if thaw else []
    middle = [p for p in net.rest.parameters() if id(p) not in fast_ids]
    for p in net.start.parameters():
        p.requires_grad_(False)
    for p in slow:
        p.requires_grad_(True)
    found = [{"params": fast, "factor": 2.0}, {"params": middle, "factor": 1.0}]
    return found + ([{"params": slow, "factor": 0.25}] if slow else [])


def rate_at(step: int, done: float) -> float:
    """Share of the full rate: up over the first steps, then down along a cosine while ``done`` goes from 0 to 1."""
    return min((step + 1) / WARM_UP_STEPS, 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


@torch.no_grad()
def follow(average: YoloxNano, net: YoloxNano, step: int) -> None:
    keep = min(1 - AGREE_EVERY / EMA_HORIZON, step / (step + 10 * AGREE_EVERY))
    for a, b in zip(average.parameters(), net.parameters(), strict=True):
        a.lerp_(b, 1 - keep)


def as_model(net: YoloxNano) -> Model:
    def run(blob: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.no_grad():
            out = net(torch.from_numpy(blob).contiguous(memory_format=torch.channels_last)).float()[0]
            out[:, 4:] = out[:, 4:].sigmoid()
        return np.asarray(out.numpy())

    return Model(run, INPUT_SIZE)


def judge(net: YoloxNano, args: argparse.Namespace) -> tuple[float, dict[str, float]]:
    """The fixed sum by which the best checkpoint is kept, and the scores that it is made of."""
    ppe = average_precision(as_model(net), args.valid, held_out_only=False)
    people = average_precision(as_model(net), args.people, held_out_only=True)
    scores = {name: row["ap50"] for name, row in ppe.items()}
    scores["surveillance"] = people["person"]["ap50"]
    counted = ("helmet", "head", "person", "surveillance", "vehicle")
    return sum(scores[c] for c in counted) / len(counted), scores


def forward(net: YoloxNano, images: Tensor, thaw: bool) -> Tensor:
    x = images.float().contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.set_grad_enabled(thaw):
            first = net.start(x)
        return flatten(net.rest(first)).float()


def batches(samples: list[Sample], args: argparse.Namespace, epoch: int, rank: int, plain: bool) -> Iterator[Batch]:
    """This process's share of the epoch; ``plain`` without mosaics."""
    share = 0.0 if plain else args.mosaic
    count = steps_an_epoch(args)
    drawn = Drawn(samples, count * args.batch, epoch * args.processes + rank, share)
    for n in range(count):
        yield pack([drawn[k] for k in range(n * args.batch, (n + 1) * args.batch)])


def steps_an_epoch(args: argparse.Namespace) -> int:
    return int(args.pictures) // (args.batch * args.processes)


@torch.no_grad()
def agree(net: YoloxNano) -> None:
    """Set the weights to their mean over the processes."""
    flat = torch.cat([p.flatten() for p in net.parameters()])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    parts = flat.split([p.numel() for p in net.parameters()])
    for p, part in zip(net.parameters(), parts, strict=True):
        p.copy_(part.view_as(p))


def first_net(args: argparse.Namespace) -> YoloxNano:
    """The net before its first step: from a checkpoint of round one, or from the authors' file."""
    if args.weights is None:
        return with_our_classes(from_onnx(args.start))
    net = YoloxNano(quick=args.quick)
    net.load_state_dict(torch.load(args.weights, weights_only=True)["average"])
    return net


@dataclass(slots=True)
class Schedule:
    """How much of the training is done, 0 to 1: by the clock where one is given, else by steps."""

    steps: int
    clock: tuple[float, float] | None

    def done(self, step: int) -> float:
        if self.clock is None:
            return step / self.steps
        return (time.time() - self.clock[0]) / (self.clock[1] - self.clock[0])


def work(rank: int, args: argparse.Namespace, samples: list[Sample], meet: str) -> None:
    """One training process. They step alone and agree on their mean weights now and then (local SGD), because
    waiting for each other in every step wastes a busy machine. The first one also scores and saves.
    """
    dist.init_process_group("gloo", init_method=meet, rank=rank, world_size=args.processes)
    net = first_net(args).to(memory_format=torch.channels_last)
    average = copy.deepcopy(net).eval()
    teachers = Teachers.load(args.teacher, args.start, args.quick_teacher) if args.teacher else None
    optimizer = torch.optim.AdamW(groups(net, args.thaw), lr=args.rate, weight_decay=0.01, betas=(0.9, 0.99))
    step = epoch0 = 0
    best = 0.0
    if args.resume:
        saved = torch.load(args.resume, weights_only=True)
        average.load_state_dict(saved["average"])
        net.load_state_dict(saved["average"] if args.fresh_schedule else saved["net"])
        if not args.fresh_schedule:
            optimizer.load_state_dict(saved["optimizer"])
            step, epoch0, best = saved["step"], saved["epoch"] + 1, saved["best"]
    prior_until = 0 if args.resume or args.weights else PRIOR_STEPS
    schedule = Schedule(steps_an_epoch(args) * args.epochs, args.clock)
    at = anchors()
    trained = [p for p in net.parameters() if p.requires_grad]
    for epoch in range(epoch0, args.epochs):
        # Every process stops at the same epoch, or the others would wait for it for ever.
        if args.clock and together(schedule.done(step)) > 1:
            break
        plain = epoch >= args.epochs - args.plain_last if args.clock is None else schedule.done(step) > PLAIN_FROM
        began, sums = time.time(), {"score": 0.0, "box": 0.0, "asked": 0.0, "lesson": 0.0}
        for n, batch in enumerate(batches(samples, args, epoch, rank, plain), start=1):
            for group in optimizer.param_groups:
                group["lr"] = args.rate * rate_at(step, schedule.done(step)) * group["factor"]
            prior = 1 - step / prior_until if step < prior_until else 0.0
            logits = forward(net, batch.images, args.thaw)
            total, parts = loss(logits, batch, at, prior)
            parts["lesson"] = 0.0
            if teachers is not None:
                lesson = teachers(batch, logits)
                total, parts["lesson"] = total + lesson, float(lesson.detach())
            optimizer.zero_grad(set_to_none=True)
            total.backward()
            torch.nn.utils.clip_grad_norm_(trained, 10.0)
            optimizer.step()
            step += 1
            if step % AGREE_EVERY == 0:
                agree(net)
                follow(average, net, step)
            sums = {k: v + parts[k] for k, v in sums.items()}
            if rank == 0 and n % 40 == 0:
                speed = round(n * args.batch * args.processes / (time.time() - began), 1)
                note(args.run, epoch=epoch, step=step, speed=speed, **{k: round(v / n, 3) for k, v in sums.items()})
        if rank > 0:
            continue
        last = epoch >= args.epochs - 2 or (args.clock and schedule.done(step) > 1)
        if epoch % args.score_every == args.score_every - 1 or last:
            value, scores = judge(average, args)
            note(args.run, epoch=epoch, sum=round(value, 4), seconds=round(time.time() - began), **scores)
            if value > best:
                best = value
                save(args.run / "best.pt", average, net, optimizer, step=step, epoch=epoch, best=best)
        save(args.run / "last.pt", average, net, optimizer, step=step, epoch=epoch, best=best)
        torch.save({"average": average.state_dict()}, args.run / f"e{epoch}.pt")


def together(value: float) -> float:
    """The largest of all processes' values."""
    whole = torch.tensor([value])
    dist.all_reduce(whole, dist.ReduceOp.MAX)
    return float(whole)


def main() -> None:
    args = arguments()
    args.run.mkdir(parents=True, exist_ok=True)
    # One thread a process: with the machine busy, threads that wait for each other in every layer crawl.
    if args.minutes is not None:
        args.clock = (time.time(), time.time() + 60 * args.minutes)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)  # focal weights make gradients that are nearly, but not, nothing
    samples = load_samples(args)
    with tempfile.TemporaryDirectory() as folder:
        meet = f"file://{folder}/meet"
        forked = multiprocessing.get_context("fork")  # the decoded pictures are shared, not copied
        team = [forked.Process(target=work, args=(rank, args, samples, meet)) for rank in range(args.processes)]
        for one in team:
            one.start()
        for one in team:
            one.join()
    if any(one.exitcode for one in team):
        raise SystemExit(1)


def save(path: Path, average: YoloxNano, net: YoloxNano, optimizer: torch.optim.Optimizer, **progress: float) -> None:
    """Written beside and moved into place, so that a run cut off while saving keeps its last checkpoint."""
    state = {"average": average.state_dict(), "net": net.state_dict(), "optimizer": optimizer.state_dict()}
    part = path.with_suffix(".part")
    torch.save({**state, **progress}, part)
    part.replace(path)


if __name__ == "__main__":
    main()
