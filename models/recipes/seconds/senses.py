"""Encoders of clips: five pictures with what the IMU felt, and two seconds of four microphones. All that they say of a clip is of the simulator's own truth."""
import contextlib

import torch
from torch import nn
from torch.nn import functional as F

from clips import CAMERA, COLUMNS, EVENTS, KINDS, MICROPHONES, MOTIONS, NUMBERS, OWN, PICTURES, ROWS, SIDES, SOUNDS, STEPS, UNCOLOURED

# Of the contrastive family, whose folder clips.py has put first.
from towers import BANDS, LAGS, PAIRS, WIDTH, Bottleneck, Hearing, unit

CELLS = 12
ABOUT = 3
# Numbers of a cell: place, box, distance, how sure it is that a thing is there; how it moves; what is about it.
PLACES = 10 + 2 + len(MOTIONS) + ABOUT
WHOLE = len(OWN) + len(EVENTS) + 3 + len(CAMERA)
HEARD = len(SOUNDS) + len(SIDES) + len(KINDS) + len(EVENTS) + len(MICROPHONES)
SAMPLES = 32000


class Felt(nn.Module):
    """What the IMU felt [n, 20, 12] to [n, 64]. Zeros: nothing."""

    def __init__(self):
        super().__init__()
        self.register_buffer("scale", torch.tensor([4.0, 4, 4, 1, 1, 1, 10, 10, 10, 1, 1, 1]))
        self.register_buffer("offset", torch.tensor([0.0, 0, 0, 0, 0, 9.81, 0, 0, 0, 0, 0, 0]))
        self.a, self.b = nn.Conv1d(NUMBERS, 48, 3, 1, 1), nn.Conv1d(48, 48, 3, 1, 1)
        self.out = nn.Linear(48 * 2 + NUMBERS, 64)

    def forward(self, imu):
        there = (imu.abs().amax((1, 2)) > 0).float()[:, None, None]
        x = ((imu - self.offset) * self.scale).clamp(-8, 8) * there
        its = x.transpose(1, 2)
        h = F.relu(self.b(F.relu(self.a(its))))
        return F.relu(self.out(torch.cat([h.mean(2), h.amax(2), its.mean(2)], 1))) * there[:, 0]


class Seer(nn.Module):
    """Pictures [n, 15, 120, 160], the oldest first, and what was felt, to a grid [n, 128, 15, 20] and what is said of its cells and of the whole."""

    def __init__(self, classes, colours, stem=(32, 48), inner=64, dilations=(1, 1, 2, 1, 2, 4, 1)):
        super().__init__()
        a, b = stem
        self.stem = nn.ModuleList([
            unit(nn.Conv2d(3 * PICTURES, a, 3, 2, 1, bias=False)),
            unit(nn.Conv2d(a, b, 3, 2, 1, bias=False)),
            unit(nn.Conv2d(b, b, 3, 1, 1, bias=False)),
            unit(nn.Conv2d(b, WIDTH, 3, 2, 1, bias=False)),
        ])
        self.places = nn.Parameter(0.02 * torch.randn(1, WIDTH, ROWS, COLUMNS))
        self.felt, self.into = Felt(), nn.Linear(64, WIDTH)
        self.blocks = nn.ModuleList(Bottleneck(WIDTH, inner, d) for d in dilations)
        self.middle, self.label, self.colour, self.box, self.move = (nn.Conv2d(WIDTH, n, 1) for n in (1, classes, colours, 5, 2 + len(MOTIONS) + ABOUT))
        nn.init.constant_(self.middle.bias, -4)
        self.wide = nn.Conv2d(WIDTH, 64, 1)
        self.whole, self.last = nn.Linear(128 + 64, 96), nn.Linear(96, WHOLE)

    def forward(self, x, imu):
        for convolution in self.stem:
            x = F.relu(convolution(x))
        felt = self.felt(imu)
        x = x + self.places + self.into(felt)[:, :, None, None]
        for block in self.blocks:
            x = block(x)
        wide = F.relu(self.wide(x))
        whole = self.last(F.relu(self.whole(torch.cat([wide.mean((2, 3)), wide.amax((2, 3)), felt], 1))))
        return self.middle(x), self.label(x), self.colour(x), self.box(x), self.move(x), whole


class Sight(nn.Module):
    """What a Seer says, to its likeliest middles (Zhou et al. 2019) from left to right: chances of classes and colours, numbers; and of the whole."""

    def __init__(self, seer, classes):
        super().__init__()
        self.seer = seer
        self.register_buffer("coloured", torch.tensor([float(its not in UNCOLOURED) for its in classes]).reshape(1, -1, 1, 1))
        y, x = torch.meshgrid(torch.arange(float(ROWS)), torch.arange(float(COLUMNS)), indexing="ij")
        self.register_buffer("at", torch.stack([x, y]).reshape(2, -1).T.contiguous())

    def forward(self, pictures, imu):
        middle, *rest, whole = self.seer(pictures, imu)
        middle, rest, whole = middle.float(), [its.float() for its in rest], whole.float()
        score, cell = self.middles(torch.sigmoid(middle), rest[0].softmax(1), rest[1].softmax(1)).flatten(1).topk(CELLS, 1)
        flat = lambda planes: planes.flatten(2).transpose(1, 2)
        of = lambda its: its.gather(1, cell[:, :, None].expand(-1, -1, its.shape[2]))
        label, colour, box, move = (of(flat(its)) for its in rest)
        at = self.at[cell]
        x, y = (at[..., 0] + 0.5 + box[..., 0]) / COLUMNS * 2 - 1, (at[..., 1] + 0.5 + box[..., 1]) / ROWS * 2 - 1
        w, h, away = box[..., 2], box[..., 3], box[..., 4]
        distance = torch.exp(away) * 1.5
        # Aside in m: the camera is 75 degrees wide.
        aside = x * distance * 0.767
        sure = torch.log(score.clamp(min=1e-4)) / 4
        places = torch.stack([x, y, w, h, away, distance / 2 - 1.7, aside / 2, (w + away) / 2, (h + away) / 2, sure], 2)
        numbers = torch.cat([places, move[..., :2], torch.tanh(move[..., 2:] / 3)], 2)
        order = x.topk(CELLS, 1, largest=False)[1]
        turn = lambda its: its.gather(1, order[:, :, None].expand(-1, -1, its.shape[2]))
        first = len(OWN) + len(EVENTS)
        said = torch.cat([torch.tanh(whole[:, :first] / 3), whole[:, first : first + 3], whole[:, first + 3 :].softmax(1)], 1)
        return turn(label.softmax(2)), turn(colour.softmax(2)), turn(numbers), said

    def middles(self, sure, labels, colours):
        """How sure it is of a middle in each cell, less by how alike a surer cell beside it is: of things before one another each is told, of one thing one cell."""
        its = F.pad(torch.cat([sure, labels, colours], 1), (1, 1, 1, 1))
        coloured, most = (labels * self.coloured).sum(1, keepdim=True), torch.zeros_like(sure)
        for y, x in ((y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)):
            its_sure, its_labels, its_colours = its[:, :, y : y + ROWS, x : x + COLUMNS].split([1, labels.shape[1], colours.shape[1]], 1)
            alike = (its_labels * labels).sum(1, keepdim=True) * (1 - coloured * (1 - (its_colours * colours).sum(1, keepdim=True)))
            most = torch.maximum(most, (its_sure > sure).float() * alike)
        return sure * (1 - most)


class Listener(nn.Module):
    """Features of two seconds [n, 142, 122] to what is heard [n, 30]: the one sound and its side, every kind, events, how the microphones fare."""

    def __init__(self, width=128):
        super().__init__()
        layer = lambda a, b, d: nn.Sequential(nn.Conv1d(a, b, 3, 1, d, d, bias=False), nn.BatchNorm1d(b), nn.ReLU())
        self.layers = nn.Sequential(layer(BANDS + len(PAIRS) * (2 * LAGS + 1), width, 1), layer(width, width, 1), layer(width, width, 2), layer(width, width, 4))
        self.gate = nn.Conv1d(width, 4, 1)
        self.hidden, self.last = nn.Linear(6 * width, 160), nn.Linear(160, HEARD)

    def forward(self, features, drop=0.0):
        x = self.layers(features)
        weights = self.gate(x).softmax(2)
        heard = torch.cat([(x * weights[:, i : i + 1]).sum(2) for i in range(4)] + [x.mean(2), x.amax(2)], 1)
        return self.last(F.dropout(F.relu(self.hidden(F.dropout(heard, drop, self.training))), drop, self.training))


def parts(heard):
    """Label, side, kinds, events, microphones."""
    return heard.split([len(SOUNDS), len(SIDES), len(KINDS), len(EVENTS), len(MICROPHONES)], 1)


def chances(heard):
    label, side, kinds, events, state = parts(heard)
    return torch.cat([label.softmax(1), side.softmax(1), torch.tanh(kinds / 3), torch.tanh(events / 3), state.softmax(1)], 1)


class Features(nn.Module):
    """Sound [n, 4, 32000] to [n, 142, 122]: of each second those of the contrastive family."""

    def __init__(self):
        super().__init__()
        self.hearing = Hearing()

    def forward(self, x):
        half = SAMPLES // 2
        # It makes its angles as it goes: where the sound is.
        with x.device if x.is_cuda else contextlib.nullcontext():
            return torch.cat([self.hearing(x[:, :, :half]), self.hearing(x[:, :, half:])], 2)
