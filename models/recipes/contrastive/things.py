#!/usr/bin/env python3
"""Writes the network that says what lies in the cells of a picture, of weights that the network that compares has already.

    things.py --model models/simulated --golden test/hub/simulated.json

After export.py. It takes the tokens of a picture and gives of each cell the embedding, in the space of words, of a thing whose middle is there; how
likely one is there, weighed against the cosine of embeddings as the network that compares has learned to; its box, in shares of the picture; its distance, for
a camera whose focal length is the width of its picture.
Weights are copied as whole numbers of 8 bits: no checkpoint is needed.
"""
import argparse
import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from export import CELLS, Kept, export, numbers
from towers import WIDTH

CELL = 150
# A grid's step as a share of the picture, and the box that is said by zeros: 24 pixels of 160 x 120, 1.5 m away (stills.py).
ROWS, COLUMNS = CELLS
USUAL = [24 / 160, 24 / 120, 1.5]
# Distances are learned from the middle of the robot: the camera stands before it, m.
CAMERA = 0.1
# Focal length of the camera of stills, in widths of the picture: 60 degrees.
FOCAL = 0.5 / math.tan(math.pi / 6)


def fields(content):
    """Fields of a message of protocol buffers: number and value."""
    at = 0

    def whole():
        nonlocal at
        value = shift = 0
        while True:
            byte = content[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value

    while at < len(content):
        key = whole()
        if key & 7 == 0:
            yield key >> 3, whole()
        else:
            length = whole() if key & 7 == 2 else {1: 8, 5: 4}[key & 7]
            yield key >> 3, content[at : at + length]
            at += length


def weights_of(path):
    """Constants of an ONNX file by name: those of 32-bit numbers and of whole ones of 8 bits."""
    graph = next(value for field, value in fields(open(path, "rb").read()) if field == 7)
    found = {}
    for its in (dict_of(value) for field, value in fields(graph) if field == 5):
        kind = {1: np.float32, 3: np.int8}.get(its[2][0])
        if kind and 9 in its:
            found[bytes(its[8][0]).decode()] = torch.from_numpy(np.frombuffer(its[9][0], kind).reshape(its.get(1, [])).copy())
    return found


def dict_of(message):
    found = {}
    for field, value in fields(message):
        found.setdefault(field, []).append(value)
    return found


class Things(nn.Module):
    """Tokens [1, 300, 128] to embeddings of length 1 [1, 300, 128], and [1, 300, 6]: weighed log-likelihood, left, top, right, bottom, distance (m)."""

    def __init__(self, weights):
        super().__init__()
        for name in ("up", "down", "middle", "box"):
            layer = Kept(torch.zeros(1, 1), None, F.linear)
            layer.whole, layer.factor, layer.bias = (weights[f"{name}.{part}"] for part in ("whole", "factor", "bias"))
            setattr(self, name, layer)
        cosine, seen = weights["strength"].tolist()
        self.weight = math.exp(seen - cosine)
        y, x = torch.meshgrid(torch.arange(float(ROWS)), torch.arange(float(COLUMNS)), indexing="ij")
        self.register_buffer("at", torch.stack([(x + 0.5) / COLUMNS, (y + 0.5) / ROWS], 2).reshape(1, -1, 2))
        self.register_buffer("step", torch.tensor([1 / COLUMNS, 1 / ROWS]))
        self.register_buffer("usual", torch.tensor(USUAL))

    def forward(self, tokens):
        embedding = self.down(F.relu(self.up(tokens)))
        embedding = embedding * torch.rsqrt((embedding * embedding).sum(2, keepdim=True) + 1e-12)
        box = self.box(tokens)
        middle = self.at + box[:, :, :2] * self.step
        size = torch.exp(box[:, :, 2:]) * self.usual
        half = size[:, :, :2] / 2
        seen = self.weight * torch.log(torch.sigmoid(self.middle(tokens)) + 1e-9)
        return embedding, torch.cat([seen, middle - half, middle + half, (size[:, :, 2:] - CAMERA) / FOCAL], 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--golden", required=True)
    args = parser.parse_args()
    things = Things(weights_of(f"{args.model}/onnx/rerank_model_quantized.onnx")).eval()
    # A picture with one thing; the test makes the same.
    tokens = torch.zeros(1, ROWS * COLUMNS, WIDTH)
    tokens[0, CELL] = 4 * torch.sin(39 * torch.arange(WIDTH, dtype=torch.float64)).float()
    export(things, tokens, ["last_hidden_state"], ["cell_embeds", "cell_things"], f"{args.model}/onnx/things_model_quantized.onnx")
    config = json.load(open(f"{args.model}/config.json"))
    config["things_config"] = {"sees": "last_hidden_state"}
    open(f"{args.model}/config.json", "w").write(json.dumps(config, indent=1) + "\n")
    golden = json.load(open(args.golden))
    with torch.no_grad():
        embeddings, cells = things(tokens)
        golden["things"] = {"embedding": numbers(embeddings[0, CELL]), "thing": numbers(cells[0, CELL])}
    open(args.golden, "w").write(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
