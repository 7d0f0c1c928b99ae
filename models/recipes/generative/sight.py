"""What the frozen encoder of pictures gives to the bridge: of a picture the cells that hold the middle of a thing."""
import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from eyes import COLUMNS, HEIGHT, ROWS, WIDTH, Eyes, pixels_of

# Cells of a picture that are looked at: the most that things are in view is 9.
CELLS = 12
# Numbers of a cell: place, box, distance, size, foot of the box, how sure it is that a thing is there.
NUMBERS = 12
# Two cells beside one another tell of one thing if the middles that they tell of are nearer than that, in cells, or in shares of the smaller width.
APART, APART_SHARE = 0.8, 0.25


class Sight(nn.Module):
    """Picture [n, 3, 120, 160] to its likeliest middles: chances of classes (the last: none of them) and of colours, numbers, all [n, cells, ...].

    A middle is a cell that is likelier than those of the eight about it that tell of the same place (as in CenterNet, Zhou et al. 2019, who have
    no two middles in neighbouring cells): things that stand close together are counted apart.
    """

    def __init__(self, eyes):
        super().__init__()
        self.eyes = eyes
        y, x = torch.meshgrid(torch.arange(float(ROWS)), torch.arange(float(COLUMNS)), indexing="ij")
        self.register_buffer("at", torch.stack([x, y])[None])

    def forward(self, pixels):
        middle, label, colour, box, seen = self.eyes(pixels)
        place = self.at + 0.5 + box[:, :2]
        width = torch.exp(box[:, 2:3]) * 3
        # Likelihood, place and width of the eight about each cell.
        around = F.pad(torch.cat([middle + 100, place, width], 1), (1, 1, 1, 1))
        is_one = torch.zeros_like(middle)
        for row in range(3):
            for column in range(3):
                if row != 1 or column != 1:
                    its = around[:, :, row : row + ROWS, column : column + COLUMNS]
                    apart = ((its[:, 1:3] - place) ** 2).sum(1, keepdim=True)
                    reach = torch.clamp(APART_SHARE * torch.minimum(its[:, 3:], width), min=APART)
                    is_one = is_one + ((its[:, :1] - 100 > middle) & (apart < reach * reach)).float()
        score, cell = (torch.sigmoid(middle) * (is_one < 0.5).float()).flatten(1).topk(CELLS, 1)
        flat = lambda planes: planes.flatten(2).transpose(1, 2)
        of = lambda its: its.gather(1, cell[:, :, None].expand(-1, -1, its.shape[2]))
        labels, colours, box, place, seen = (of(flat(its)) for its in (label, colour, box, place, seen))
        x, y = place[..., 0] / COLUMNS * 2 - 1, place[..., 1] / ROWS * 2 - 1
        w, h, away, large = box[..., 2], box[..., 3], box[..., 4], box[..., 5]
        distance = torch.exp(away) * 1.5
        # Aside in m (the camera is 60 degrees wide), and sizes in m as logarithms: of the box times the distance.
        aside = x * distance * 0.577
        sure = torch.log(score.clamp(min=1e-4)) / 4
        foot = y + torch.exp(h) * 24 / HEIGHT - 0.4
        numbers = torch.stack([x, y, w, h, away * 3, distance - 1.7, aside, w + away, h + away, 2 * large, 3 * foot, sure], 2)
        # From left to right, as they are told of.
        order = x.topk(CELLS, 1, largest=False)[1]
        turn = lambda its: its.gather(1, order[:, :, None].expand(-1, -1, its.shape[2]))
        return turn(self.eyes.labels(labels, seen)), turn(colours.softmax(2)), turn(numbers)


# Of the numbers of a cell those that are the other way about in a mirror.
MIRRORED = (0, 6)
# Distance (less 1.7 m), aside, size and foot among the numbers of a cell.
DISTANCE, ASIDE, SIZE, FOOT = 5, 6, 9, 10


def mirrored(labels, colours, numbers):
    """The same in a mirror."""
    turned = numbers.flip(1).clone()
    turned[..., list(MIRRORED)] *= -1
    return labels.flip(1), colours.flip(1), turned


def mean_of(states):
    """The mean of the weights of networks (Izmailov et al. 2018): they have to come of one another."""
    return {name: sum(its[name].float() for its in states) / len(states) for name in states[-1]}


def open_eyes(*files):
    """An encoder of pictures as `see.py` writes it, its classes and its colours; of several `mean_of` their weights."""
    all_saved = [torch.load(file, map_location="cpu") for file in files]
    saved = all_saved[-1]
    eyes = Eyes(len(saved["classes"]), len(saved["colours"]), len(saved["further"]))
    eyes.load_state_dict(mean_of([its["eyes"] for its in all_saved]))
    return eyes.eval().requires_grad_(False), saved


@torch.no_grad()
def looks_of(eyes, pictures, batch=128):
    """What an encoder sees in pictures [n, 120, 160, 3], on the device where they are."""
    sight = Sight(eyes).to(pictures.device, memory_format=torch.channels_last).eval()
    parts = []
    for at in range(0, len(pictures), batch):
        x = pixels_of(pictures[at : at + batch]).contiguous(memory_format=torch.channels_last)
        parts.append(sight(x))
    return [torch.cat(its) for its in zip(*parts)]


# From that chance on a thing that is known by description alone is called by its name.
SURE = 0.25


def surely_told(looks, truths, left_out, classes):
    """Of each still the things (ids) of classes that were `left_out` (for each still) of which the encoder is sure what they are, be it right or wrong."""
    labels, _, numbers = (its.cpu().numpy() for its in looks)
    out = []
    for n, (truth, names) in enumerate(zip(truths, left_out)):
        x, y = (numbers[n, :, 0] + 1) * WIDTH / 2, (numbers[n, :, 1] + 1) * HEIGHT / 2
        its = [t for t in truth["things"] if t["label"] in names and "box" in t]
        cell = [np.hypot(x - (t["box"][0] + t["box"][2]) / 2, y - (t["box"][1] + t["box"][3]) / 2).argmin() for t in its]
        described = [classes.index(name) for name in names]
        out.append({t["id"] for t, at in zip(its, cell) if labels[n, at, described].max() > SURE})
    return out


def covered(eyes, its, classes):
    """The encoder as if it had never been shown some classes, but knew them by description: `its` is a set of describe.py."""
    out = copy.deepcopy(eyes).never_shown([classes.index(name) for name in its["without"]])
    out.described.load_state_dict(its["described"])
    return out


def renamed(labels, called, classes):
    """Chances of classes [stills, cells, classes + 1] with those that were left out under the names that they have (`called`, for each still)."""
    to = torch.arange(labels.shape[2]).repeat(len(labels), 1)
    for n, names in enumerate(called):
        for name, other in names.items():
            a, b = classes.index(name), classes.index(other)
            to[n, a], to[n, b] = b, a
    return torch.zeros_like(labels).scatter(2, to.to(labels.device)[:, None].expand(-1, labels.shape[1], -1), labels)
