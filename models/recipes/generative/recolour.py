"""Pixels of things in the colour of which one speaks, and the same things in other colours: what a thing is shows in its shape."""
import json

import numpy as np
import torch

# As the simulator has them (drivers/simulation/place/split.ts).
PALETTE = {
    "red": (200, 40, 36), "orange": (230, 126, 30), "yellow": (228, 204, 52), "green": (52, 150, 64), "cyan": (60, 178, 188), "blue": (44, 82, 190),
    "purple": (128, 60, 168), "pink": (232, 130, 168), "white": (232, 232, 226), "black": (38, 38, 42), "brown": (122, 78, 44),
}
# How much brighter or darker than its colour a pixel of a thing may be, how far from it (share of its brightness, levels), and how far in front of the thing or behind it, m.
LIGHT, ASTRAY, ROUGH, REACH = (0.15, 1.2), 0.1, 4, 0.05
# The camera stands before the robot's middle, m.
CAMERA = 0.1
# Share of pictures in which things are in other colours, and of things in such a picture; share of those colours that have a name, and of greys among the others.
PICTURES, THINGS, NAMED, GREYS = 0.8, 0.7, 0.5, 0.3


def owners_of(folder, rows_of, most):
    """Of every pixel, the thing (1 to `most`, as `rows_of` orders those of a still) that has it in its own colour, or 0: [n, 120, 160], whole numbers of 8 bits."""
    pictures, depths = np.load(f"{folder}/picture.npy", mmap_mode="r"), np.load(f"{folder}/depth.npy", mmap_mode="r")
    out = np.zeros(pictures.shape[:3], np.uint8)
    for n, line in enumerate(open(f"{folder}/stills.jsonl")):
        for number, its in enumerate(rows_of(json.loads(line))[-most:], 1):
            if "colour" not in its:
                continue
            left, top, right, bottom = (int(side) for side in its["box"])
            at = n, slice(max(0, top), bottom + 1), slice(max(0, left), right + 1)
            pixels, base = pictures[at].astype(np.float32), np.array(PALETTE[its["colour"]], np.float32)
            light = pixels @ base / (base @ base)
            astray = np.linalg.norm(pixels - light[..., None] * base, axis=-1) > ASTRAY * np.linalg.norm(pixels, axis=-1) + ROUGH
            away = np.abs(depths[at] / 1000 + CAMERA - its["relative"][0])
            out[at][(light > LIGHT[0]) & (light < LIGHT[1]) & ~astray & (away < max(its["size"]) / 2 + REACH)] = number
    return out


def colours_by_chance(shape, device):
    """Red, green and blue of any colour, greys among them."""
    hue, grey = torch.rand(*shape, 1, device=device), torch.rand(*shape, 1, device=device) < GREYS
    much = torch.where(grey, 0.15 * torch.rand_like(hue), 0.2 + 0.75 * torch.rand_like(hue))
    bright = 0.13 + 0.8 * torch.rand_like(hue)
    turned = (hue * 6 + torch.tensor([0.0, 4.0, 2.0], device=device)) % 6
    return bright * (1 - much * (1 - ((turned - 3).abs() - 1).clamp(0, 1)))


def palette_of(colours, device):
    """Red, green and blue (0 to 1) of names [colours, 3]."""
    return torch.tensor([PALETTE[colour] for colour in colours], device=device) / 255


def shown_of(classes, further, colours, kept, device):
    """How likely a thing of a class, of none, or of a `further` one takes a named colour [classes + 1 + further, colours]: combinations that are `kept` from training never do."""
    return torch.tensor([[f"{colour} {label}" not in kept for colour in colours] for label in [*classes, None, *further]], device=device).float()


def recoloured(x, owner, labels, colours, palette, shown=None):
    """Pictures [n, 3, h, w] (0 to 1) in which some things have another colour, which [n, things] those are, and the numbers of all their colours, -1 for those without a name.

    `colours`: of their own ones. `shown`: of `shown_of`; without it no new colour has a name.
    """
    size, most = colours.shape
    chance = lambda share, *shape: torch.rand(*shape, device=x.device) < share
    which = chance(PICTURES, size, 1) & chance(THINGS, size, most) & (colours >= 0)
    new = torch.full_like(colours, -1)
    if shown is not None:
        new = torch.where(chance(NAMED, size, most), torch.multinomial(shown[labels.flatten()], 1).reshape(size, most), new)
    wanted = torch.where((new >= 0)[..., None], palette[new.clamp(min=0)], colours_by_chance((size, most), x.device))
    factor = torch.where(which[..., None], wanted / palette[colours.clamp(min=0)], torch.ones(1, device=x.device))
    factor = torch.cat([torch.ones(size, 1, 3, device=x.device), factor], 1)
    at = owner.flatten(1).long()[..., None].expand(-1, -1, 3)
    return (x * factor.gather(1, at).transpose(1, 2).reshape(x.shape)).clamp(0, 1), which, torch.where(which, new, colours)
