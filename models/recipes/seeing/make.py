#!/usr/bin/env python3
"""Writes a detector that finds what words say and a model of depth, of random weights in the hub's layout, with what they have to give.

    /usr/bin/python3 models/recipes/seeing/make.py owlv2 test/hub/models/owlv2
    /usr/bin/python3 models/recipes/seeing/make.py depth_anything test/hub/models/depth_anything

Needs PyTorch (Debian's python3-torch), NumPy and Pillow. The same numbers come out each time.
"""
import argparse
import json
import os
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", name) for name in ("dual-encoder", "generation")]
from common import drawn, export  # noqa: E402
from towers import ClipText, Layer, quick_gelu, tanh_gelu  # noqa: E402
from vision import Patches  # noqa: E402
from words import BytePairs  # noqa: E402

PICTURES = [(50, 40), (33, 71)]
QUERIES = ["a red mug", "the blue box"]
WIDTH, DIMS, SIDE, PATCH, TOKENS = 24, 16, 32, 8, 16
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


class QueryText(ClipText):
    """CLIP's text tower for texts that are filled up: the end of each is the first of the highest tokens."""

    def forward(self, input_ids, attention_mask):
        x = super().forward(input_ids * attention_mask)
        return x / x.norm(dim=-1, keepdim=True)


class Owl(nn.Module):
    """Every patch says what it is and where (Minderer et al. 2023)."""

    def __init__(self, vocabulary):
        super().__init__()
        self.text = QueryText(vocabulary, TOKENS, WIDTH, 2, 2, DIMS)
        self.vision = Patches(SIDE, PATCH, WIDTH, 2, 2)
        self.classes, self.shift, self.scale = nn.Linear(WIDTH, DIMS), nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.boxes = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, 4))
        row = (torch.arange(SIDE // PATCH) + 0.5) * PATCH / SIDE
        centres = torch.stack([row.repeat(len(row)), row.repeat_interleave(len(row))], -1)
        self.register_buffer("bias", torch.cat([torch.logit(centres), torch.full_like(centres, -1.5)], -1))

    def forward(self, input_ids, pixel_values, attention_mask):
        seen, asked = self.vision(pixel_values), self.text(input_ids, attention_mask)
        classes = self.classes(seen)
        alike = (classes / classes.norm(dim=-1, keepdim=True)) @ asked.T
        logits = (alike + self.shift(seen)) * (nn.functional.elu(self.scale(seen)) + 3)
        return logits, (self.boxes(seen) + self.bias).sigmoid()


class Depth(nn.Module):
    """A patch's features, and from them a pixel's depth."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, WIDTH, 14, 14)
        self.layer = Layer(WIDTH, 2, tanh_gelu, 1e-6)
        self.out = nn.Conv2d(WIDTH, 1, 3, padding=1)

    def forward(self, pixel_values):
        x = self.patches(pixel_values)
        flat = self.layer(x.flatten(2).transpose(1, 2)).transpose(1, 2)
        x = flat.reshape(1, WIDTH, x.shape[2], x.shape[3])
        x = nn.functional.interpolate(x, scale_factor=14.0, mode="nearest")
        return nn.functional.relu(self.out(x))[:, 0]


def tensor_of(levels, mean, std):
    return torch.tensor(((levels / 255 - np.array(mean)) / np.array(std)).transpose(2, 0, 1)[None], dtype=torch.float32)


def numbers(tensor):
    return [round(float(value), 6) for value in tensor.flatten()]


def owl(write, file):
    words = BytePairs()
    model = Owl(len(words.vocabulary)).eval()
    tokenizer, tokenizer_config = words.files()
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", {**tokenizer_config, "pad_token": "!", "model_max_length": TOKENS})
    write("config.json", {
        "model_type": "owlv2",
        "architectures": ["Owlv2ForObjectDetection"],
        "projection_dim": DIMS,
        "text_config": {"model_type": "owlv2_text_model", "max_position_embeddings": TOKENS, "vocab_size": len(words.vocabulary)},
        "vision_config": {"model_type": "owlv2_vision_model", "image_size": SIDE, "patch_size": PATCH},
    })
    write("preprocessor_config.json", {
        "image_processor_type": "Owlv2ImageProcessor",
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "do_pad": True,
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": SIDE, "width": SIDE},
        "image_mean": MEAN,
        "image_std": STD,
    })
    rows, fill = [], words.vocabulary["!"]
    for query in QUERIES:
        ids = words.ids(query)
        rows.append((ids + [fill] * (TOKENS - len(ids)), [1] * len(ids) + [0] * (TOKENS - len(ids))))
    ids, mask = torch.tensor([row[0] for row in rows]), torch.tensor([row[1] for row in rows])
    names = ["input_ids", "pixel_values", "attention_mask"]
    axes = {"input_ids": {0: "q"}, "attention_mask": {0: "q"}, "pixel_values": {0: "b"}, "logits": {0: "b", 2: "q"}, "pred_boxes": {0: "b"}}
    export(model, (ids, torch.zeros(1, 3, SIDE, SIDE), mask), names, ["logits", "pred_boxes"], axes, file("onnx", "model.onnx"))
    golden = {"queries": QUERIES, "ids": ids.tolist(), "pictures": []}
    for width, height in PICTURES:
        long = max(width, height)
        square = Image.new("RGB", (long, long), (128, 128, 128))
        square.paste(drawn(width, height), (0, 0))
        levels = np.asarray(square.resize((SIDE, SIDE), Image.BILINEAR))
        logits, boxes = model(ids, tensor_of(levels, MEAN, STD), mask)
        golden["pictures"].append({"width": width, "height": height, "scores": numbers(logits.sigmoid()), "boxes": numbers(boxes)})
    write("golden.json", golden)


def depth(write, file):
    model = Depth().eval()
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    write("config.json", {"model_type": "depth_anything", "architectures": ["DepthAnythingForDepthEstimation"], "depth_estimation_type": "relative"})
    write("preprocessor_config.json", {
        "image_processor_type": "DPTImageProcessor",
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "keep_aspect_ratio": True,
        "ensure_multiple_of": 14,
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"height": 56, "width": 56},
        "image_mean": mean,
        "image_std": std,
    })
    sides = {0: "b", 2: "h", 3: "w"}
    export(model, torch.zeros(1, 3, 56, 70), ["pixel_values"], ["predicted_depth"], {"pixel_values": sides, "predicted_depth": {0: "b", 1: "h", 2: "w"}}, file("onnx", "model.onnx"))
    golden = []
    # The side that changes less becomes 56, the other one keeps its proportion; both are whole patches.
    for (width, height), (wide, high) in zip(PICTURES, [(56, 42), (28, 56)]):
        levels = np.asarray(drawn(width, height).resize((wide, high), Image.BICUBIC))
        its = model(tensor_of(levels, mean, std))
        golden.append({"width": width, "height": height, "size": [wide, high], "depth": numbers(its.flatten()[::29])})
    write("golden.json", golden)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=["owlv2", "depth_anything"])
    parser.add_argument("out")
    args = parser.parse_args()
    torch.manual_seed(3)
    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "tokenizer" in name else 1)
    with torch.no_grad():
        (owl if args.family == "owlv2" else depth)(write, file)


main()
