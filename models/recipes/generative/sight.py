"""What the frozen encoders give: of a picture the cells that hold the middle of a thing, of a clip its embedding; kept in files, so that
they are looked at once.

    sight.py --pictures RUN --data FOLDER --out FILE.npz [--mirrored]      RUN is of ../contrastive/train.py
"""
import argparse
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "contrastive"))

from stills import COLUMNS, HEIGHT, ROWS, WIDTH, Stills  # noqa: E402
from towers import Vision  # noqa: E402

# Cells of a picture that are looked at: the most that things are in view is 9.
CELLS = 14
FEATURES = 128
# Numbers of a cell beside its features: place, box, distance, how sure it is that a thing is there.
NUMBERS = 10


class Sight(nn.Module):
    """Picture [n, 3, 120, 160] to its likeliest middles: features [n, cells, 128], chances of classes and of colours, numbers.

    A middle is a cell that is likelier than the eight about it (as in CenterNet, Zhou et al. 2019).
    """

    def __init__(self, vision, is_hasty=False):
        super().__init__()
        self.vision, self.is_hasty = vision, is_hasty
        y, x = torch.meshgrid(torch.arange(float(ROWS)), torch.arange(float(COLUMNS)), indexing="ij")
        self.register_buffer("at", torch.stack([x, y]).reshape(2, -1).T.contiguous())

    def forward(self, pixels):
        vision = self.vision
        # In half the bits, where there are many to look at: it takes 0.6 of the time.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.is_hasty):
            grid = vision.trunk(pixels)
        grid = grid.float()
        middle = vision.middle(grid)
        peak = (F.max_pool2d(middle, 3, 1, 1) == middle).float()
        score, cell = (torch.sigmoid(middle) * peak).flatten(1).topk(CELLS, 1)
        flat = lambda planes: planes.flatten(2).transpose(1, 2)
        of = lambda its: its.gather(1, cell[:, :, None].expand(-1, -1, its.shape[2]))
        features, label, colour, box = (of(flat(its)) for its in (grid, vision.label(grid), vision.colour(grid), vision.box(grid)))
        at = self.at[cell]
        x, y = (at[..., 0] + 0.5 + box[..., 0]) / COLUMNS * 2 - 1, (at[..., 1] + 0.5 + box[..., 1]) / ROWS * 2 - 1
        w, h, away = box[..., 2], box[..., 3], box[..., 4]
        distance = torch.exp(away) * 1.5
        # Aside in m (the camera is 60 degrees wide), and sizes in m as logarithms: of the box times the distance.
        aside = x * distance * 0.577
        sure = torch.log(score.clamp(min=1e-4)) / 4
        numbers = torch.stack([x, y, w, h, away * 3, distance - 1.7, aside, w + away, h + away, sure], 2)
        # From left to right, as they are told of.
        order = x.topk(CELLS, 1, largest=False)[1]
        turn = lambda its: its.gather(1, order[:, :, None].expand(-1, -1, its.shape[2]))
        return turn(features), turn(label.softmax(2)), turn(colour.softmax(2)), turn(numbers), score.gather(1, order)


def open_vision(run):
    """The encoder of pictures, its classes and its colours."""
    saved = torch.load(f"{run}/checkpoint.pt" if os.path.isdir(run) else run)
    vision = Vision(3, len(saved["classes"]), len(saved["colours"]))
    vision.load_state_dict(saved["vision"])
    return vision.eval().requires_grad_(False), saved


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pictures", "data", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--mirrored", action="store_true", help="left and right swapped, shifted, other light")
    args = parser.parse_args()
    torch.set_num_threads(1)
    vision, saved = open_vision(args.pictures)
    sight = Sight(vision, is_hasty=True).to(memory_format=torch.channels_last).eval()
    stills = Stills([args.data], saved["vocabulary"], words=False)
    random = np.random.default_rng(5)
    parts = []
    with torch.no_grad():
        for i in range(0, len(stills), 50):
            x = stills.array("picture", np.arange(i, min(i + 50, len(stills)))).astype(np.float32) / 255
            if args.mirrored:
                shape = (len(x), 1, 1, 1)
                dx, dy = random.integers(-5, 6, 2)
                x = np.pad(x[:, :, ::-1], ((0, 0), (8, 8), (8, 8), (0, 0)), "edge")[:, 8 - dy : 8 - dy + HEIGHT, 8 - dx : 8 - dx + WIDTH]
                x = (x - 0.5) * random.uniform(0.92, 1.08, shape) + 0.5 + random.uniform(-0.04, 0.04, shape)
                x = np.clip(x + random.standard_normal(x.shape) * random.uniform(0, 0.02, shape), 0, 1)
            x = torch.from_numpy(np.ascontiguousarray((x - 0.5) / 0.5, dtype=np.float32)).permute(0, 3, 1, 2)
            parts.append([its.numpy().astype(np.float16) for its in sight(x.contiguous(memory_format=torch.channels_last))])
    names = ("features", "labels", "colours", "numbers", "scores")
    np.savez(args.out, **{name: np.concatenate([part[k] for part in parts]) for k, name in enumerate(names)})


if __name__ == "__main__":
    main()
