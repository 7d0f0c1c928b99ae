"""The encoder of pictures: what stands where, of which class if it is a known one, of which colour, how far and how large.

The trunk is that of the contrastive family, somewhat broader. It learns from what the simulator knows, without words. Things of no class
(`simulate --invented`) are there so that it learns what the known ones do not look like, and things of further classes (`--further`), which nothing asks for, so that it learns
to tell apart more than these: what it was never shown is told from what it says of them (`describe.py`).
"""
import json
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "contrastive"))

from stills import COLUMNS, HEIGHT, LEAST_SHARE, LEAST_VISIBLE, ROWS, STRIDE, WIDTH  # noqa: E402
from towers import Trunk  # noqa: E402
from towers import WIDTH as FEATURES  # noqa: E402

from described import Described, shared_out  # noqa: E402
from recolour import owners_of, palette_of, recoloured, shown_of  # noqa: E402

INNER, DILATIONS = 96, (1, 1, 2, 1, 2, 1, 2)
# Most things of a still, and what is known of each: class, colour (-1: none is told), box (pixels), distance (m), the cube root of its volume (m), whether
# it is a target (1), one that is to be left out (2) or nothing (0).
MOST, KNOWN = 12, 9
# Distance and size that are told by zeros, m.
AWAY, LARGE = 1.5, 0.2
# Share of pictures whose colours are others (channels exchanged, less or more of them, darker or lighter), of which no colour is learned: a class is the same in any colour. Without it, things of no class, which have all
# colours, teach that a class in a colour that it was never shown in is none.
EXCHANGED = 0.15
# The logit of what never is.
NEVER = -1e4


class Eyes(nn.Module):
    """Pictures [n, 3, 120, 160] to planes of 15 x 20 cells: middle, class (behind those that are asked for: none at all, and the further ones), colour, box with distance and size, and what is compared with descriptions."""

    def __init__(self, classes, colours, further):
        super().__init__()
        self.classes = classes
        self.trunk = Trunk(3, inner=INNER, dilations=DILATIONS)
        self.middle, self.label, self.colour, self.box = (nn.Conv2d(FEATURES, n, 1) for n in (1, classes + 1 + further, colours, 6))
        nn.init.constant_(self.middle.bias, -4)
        # 0, or far below for classes that it has never been shown.
        self.register_buffer("shown", torch.zeros(classes + 1 + further))
        self.described = Described(FEATURES + 7, classes)

    def forward(self, pixels):
        grid = self.trunk(pixels).float()
        middle, box = self.middle(grid), self.box(grid)
        return middle, self.label(grid) + self.shown[None, :, None, None], self.colour(grid), box, self.described_by(grid, middle, box)

    def described_by(self, grid, middle, box):
        """What of cells is compared with descriptions [n, 135, 15, 20]: features, whether it is a middle, box, distance and size."""
        return torch.cat([grid, torch.sigmoid(middle), box], 1)

    def labels(self, known, seen):
        """Chances of classes, of what the label plane and `described_by` have of cells [n, cells, ...]."""
        known = known.softmax(2)
        none = known[..., self.classes :].sum(2, keepdim=True)
        return shared_out(torch.cat([known[..., : self.classes], none], 2), self.described(seen))

    def never_shown(self, classes):
        self.shown[torch.tensor(sorted(classes), dtype=torch.long)] = NEVER
        return self


def in_view(truth):
    """What is in view, the farthest first."""
    return sorted((t for t in truth["things"] if "box" in t and t["label"] != "table"), key=lambda t: -t["relative"][0])


def things_of(truth, classes, colours, further=()):
    """Rows of what is in view: see `KNOWN`. Behind the classes comes none of them, and behind that the `further` ones."""
    names = [*classes, None, *further]
    rows = []
    for t in in_view(truth):
        label = names.index(t["label"]) if t["label"] in names else len(classes)
        clear = t["share"] >= LEAST_SHARE and t["visible"] >= LEAST_VISIBLE
        colour = colours.index(t["colour"]) if "colour" in t else -1
        rows.append([label, colour, *t["box"], t["relative"][0], np.prod(t["size"]) ** (1 / 3), 1 if clear else 2])
    out = np.zeros((MOST, KNOWN), np.float32)
    if rows:
        out[: len(rows)] = rows[-MOST:]
    return out


class Scenes:
    """Pictures and things of folders, on a device; more may be added. `kept`: combinations that training never shows."""

    def __init__(self, capacity, device, classes, further, colours, kept):
        self.classes, self.further, self.colours = classes, further, colours
        self.palette, self.shown = palette_of(colours, device), shown_of(classes, further, colours, set(kept), device)
        self.pictures = torch.empty(capacity, HEIGHT, WIDTH, 3, dtype=torch.uint8, device=device)
        self.things = torch.empty(capacity, MOST, KNOWN, device=device)
        self.owners = torch.empty(capacity, HEIGHT, WIDTH, dtype=torch.uint8, device=device)
        self.count = 0

    def add(self, folder):
        pictures = np.load(f"{folder}/picture.npy")
        things = np.stack([things_of(json.loads(line), self.classes, self.colours, self.further) for line in open(f"{folder}/stills.jsonl")])
        at = slice(self.count, self.count + len(pictures))
        self.pictures[at] = torch.from_numpy(pictures).to(self.pictures.device)
        self.things[at] = torch.from_numpy(things).to(self.things.device)
        self.owners[at] = torch.from_numpy(owners_of(folder, in_view, MOST)).to(self.owners.device)
        self.count += len(pictures)
        return at


def pixels_of(pictures):
    return (pictures.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def batch_of(scenes, size, left_out):
    """Pictures in other light, shifted, mirrored and in other colours, and where their things are then. Of classes that are left out nothing is learned."""
    device = scenes.pictures.device
    chosen = torch.randint(scenes.count, (size,), device=device)
    x, things = scenes.pictures[chosen].permute(0, 3, 1, 2).float() / 255, scenes.things[chosen].clone()
    x, _, named = recoloured(x, scenes.owners[chosen], *(things[..., i].long() for i in range(2)), scenes.palette, scenes.shown)
    things[..., 1] = named.float()
    if left_out is not None:
        things[..., 8] = torch.where(left_out[things[..., 0].long()] & (things[..., 8] > 0), torch.full_like(things[..., 8], 2), things[..., 8])
    uniform = lambda low, high, *shape: low + (high - low) * torch.rand(size, *shape, device=device)
    flip = torch.rand(size, device=device) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    left, right = things[..., 2].clone(), things[..., 4].clone()
    things[..., 2], things[..., 4] = torch.where(flip[:, None], WIDTH - right, left), torch.where(flip[:, None], WIDTH - left, right)
    shift = torch.randint(-6, 7, (size, 2), device=device)
    rows = (torch.arange(HEIGHT, device=device)[None] - shift[:, 1:]).clamp(0, HEIGHT - 1)
    columns = (torch.arange(WIDTH, device=device)[None] - shift[:, :1]).clamp(0, WIDTH - 1)
    x = x.gather(2, rows[:, None, :, None].expand(-1, 3, -1, WIDTH)).gather(3, columns[:, None, None].expand(-1, 3, HEIGHT, -1))
    things[..., [2, 4]] += shift[:, None, :1]
    things[..., [3, 5]] += shift[:, None, 1:]
    order = torch.rand(size, 3, device=device).argsort(1)
    other = uniform(0, 1, 1, 1, 1) < EXCHANGED
    grey = x.mean(1, keepdim=True)
    new = grey + (x.gather(1, order[:, :, None, None].expand_as(x)) - grey) * uniform(0, 1.3, 1, 1, 1)
    x = torch.where(other, new.clamp(0, 1) ** torch.exp(uniform(-0.6, 0.6, 1, 1, 1)), x)
    things[..., 1] = torch.where(other[:, 0, 0], torch.full_like(things[..., 1], -1), things[..., 1])
    x = (x - 0.5) * uniform(0.88, 1.12, 1, 1, 1) * uniform(0.96, 1.04, 3, 1, 1) + 0.5 + uniform(-0.06, 0.06, 1, 1, 1)
    x = (x + torch.randn_like(x) * uniform(0, 0.02, 1, 1, 1)).clamp(0, 1)
    return ((x - 0.5) / 0.5).contiguous(memory_format=torch.channels_last), things


def targets_of(things):
    """Of cells: heat of middles, weight of the heat, class and colour (-1: no target), the box of the thing that is there, and its weight."""
    y, x = torch.meshgrid(*(torch.arange(n, device=things.device, dtype=torch.float32) * STRIDE + STRIDE / 2 for n in (ROWS, COLUMNS)), indexing="ij")
    label, colour, left, top, right, bottom, away, large, state = (its[..., None, None] for its in things.unbind(2))
    there, out = state == 1, state == 2
    cx, cy, w, h = (left + right) / 2, (top + bottom) / 2, (right - left).clamp(min=1), (bottom - top).clamp(min=1)
    column, row = (cx / STRIDE).floor().clamp(0, COLUMNS - 1) * STRIDE + STRIDE / 2, (cy / STRIDE).floor().clamp(0, ROWS - 1) * STRIDE + STRIDE / 2
    far = (x - column) ** 2 + (y - row) ** 2
    spread = (0.12 * (w * h).sqrt()).clamp(min=4, max=6)
    heat = (torch.exp(-far / (2 * spread**2)) * there).amax(1)
    at = (far < 1) & there
    heat = torch.where(at.any(1), torch.ones_like(heat), heat)
    near = ((x - cx).abs() <= w / 2 + STRIDE / 2) & ((y - cy).abs() <= h / 2 + STRIDE / 2)
    weight = (~(near & out).any(1) | at.any(1)).float()
    # What is nearer hides what is farther away; a middle belongs to its thing.
    number = torch.arange(things.shape[1], device=things.device)[None, :, None, None] + 1
    inner = ((x - cx).abs() <= 0.3 * w) & ((y - cy).abs() <= 0.3 * h) & (state > 0)
    whose = (number * inner + 100 * number * at).amax(1)
    whose = torch.where(whose > 99, whose // 100, whose)
    pick = lambda its, whose: its[:, :, 0, 0].gather(1, (whose - 1).clamp(min=0).flatten(1)).reshape(whose.shape)
    has = (whose > 0) & (pick(state, whose) == 1)
    kinds = [torch.where(has, pick(its, whose), torch.full_like(heat, -1)).long() for its in (label, colour)]
    # Cells beside a middle tell of it as well: who tells of the same middle is found to be one.
    likeness = (torch.exp(-far / (2 * 64.0)) * there).clamp(max=1)
    best, owner = likeness.max(1)
    owner = torch.where(at.any(1), (number * at).amax(1) - 1, owner)
    of = lambda its: pick(its, owner + 1)
    boxes = torch.stack([(of(cx) - x) / STRIDE, (of(cy) - y) / STRIDE, torch.log(of(w) / 24), torch.log(of(h) / 24), torch.log(of(away).clamp(min=0.1) / AWAY), torch.log(of(large).clamp(min=0.01) / LARGE)], 1)
    box_weight = torch.where(at.any(1), torch.ones_like(best), torch.where(best > 0.3, 0.3 * torch.ones_like(best), torch.zeros_like(best)))
    return heat, weight, *kinds, boxes, box_weight


def focal(logits, heat, weight):
    """Law and Deng 2018: cells beside a middle count less."""
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    at = heat == 1
    gain = torch.where(at, (1 - p) ** 2 * torch.log(p), (1 - heat) ** 4 * p**2 * torch.log(1 - p))
    return -(gain * weight).sum() / at.sum().clamp(min=1)


def loss_of_kinds(plane, grid, truth, shown, given, more=0.0):
    """Cross entropy of the kinds that a plane tells of features [n, features, rows, columns], over the cells of which one knows the `truth` (else -1): few, and a plane has many kinds.

    Kinds that training never shows with what is `given` (-1: nothing) are left out. Otherwise what is learned of a class would be that it never has the
    colours that are kept from training, and of a colour which classes never have it. `more` is added to the logits.
    """
    known = truth >= 0
    logits = F.linear(grid.permute(0, 2, 3, 1)[known], plane.weight.flatten(1), plane.bias) + more
    allowed = torch.cat([shown, torch.ones_like(shown[:1])])[given[known]]
    return F.cross_entropy(logits.masked_fill(allowed == 0, NEVER), truth[known])


def losses_of(eyes, shown, x, heat, weight, label, colour, box, box_weight):
    with torch.autocast(x.device.type, dtype=torch.bfloat16):
        grid = eyes.trunk(x)
    grid = grid.float()
    apart = F.smooth_l1_loss(eyes.box(grid), box, beta=0.1, reduction="none").mean(1)
    return {
        "middle": focal(eyes.middle(grid)[:, 0], heat, weight),
        "label": loss_of_kinds(eyes.label, grid, label, shown.T, colour, eyes.shown),
        "colour": 0.7 * loss_of_kinds(eyes.colour, grid, colour, shown, label),
        "box": 3 * (apart * box_weight).sum() / box_weight.sum().clamp(min=1),
    }


def at_once(device):
    """A step of all weights at once, where there is such."""
    return {"fused": True} if device.type == "cuda" else {}


def draws_of(device):
    """Batches that are drawn at a time: on a GPU fewer kernels count, on a processor that its caches hold a batch."""
    return 4 if device.type == "cuda" else 1


class Training:
    """Of one encoder: a step at a time. Layers whose names begin with one of `keep` stay as they are."""

    def __init__(self, eyes, left_out=(), rate=2e-3, keep=()):
        self.eyes, self.rate, self.means = eyes, rate, {}
        self.kept = [its for name, its in eyes.named_modules() if name.startswith(keep)] if keep else []
        for its in self.kept:
            its.requires_grad_(False)
        self.left_out = None
        if left_out:
            self.left_out = torch.zeros_like(eyes.shown, dtype=torch.bool)
            self.left_out[torch.tensor(sorted(left_out))] = True
        learned = [p for p in eyes.parameters() if p.requires_grad]
        groups = [{"params": [p for p in learned if p.ndim > 1], "weight_decay": 0.02}, {"params": [p for p in learned if p.ndim <= 1], "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=rate, **at_once(eyes.shown.device))
        self.steps, self.ready = 0, []

    def step(self, scenes, size, done):
        """`done`: share of the training that is over."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * min(1, (self.steps + 1) / 200) * (0.01 + 0.99 * (0.5 + 0.5 * np.cos(np.pi * min(1, done))))
        if not self.ready:
            x, things = batch_of(scenes, draws_of(scenes.pictures.device) * size, self.left_out)
            self.ready = list(zip(*(its.split(size) for its in (x, *targets_of(things)))))
        self.eyes.train()
        for its in self.kept:
            its.eval()
        its = losses_of(self.eyes, scenes.shown, *self.ready.pop())
        self.optimiser.zero_grad(set_to_none=True)
        sum(its.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.eyes.parameters(), 5.0)
        self.optimiser.step()
        self.steps += 1
        for name, value in its.items():
            self.means[name] = self.means.get(name, 0) + value.detach()

    def told(self, since):
        means, self.means = {name: round(float(value) / since, 3) for name, value in self.means.items()}, {}
        return means
