#!/usr/bin/env python3
"""Writes what was trained in the hub's layout, with weights of 8 bits, and what the networks have to give.

    export.py --pictures RUN --sounds RUN2 [--compare RUN3] [--depth RUN4] --out models/simulated --golden test/hub/simulated.json

Weights are whole numbers of 8 bits with a factor for each output (convolutions first take in their normalisation). The files hold them as such, and
multiply them out when they are opened: networks run in fp32, and give what PyTorch gives of the same rounded weights.
"""
import argparse
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from hear import SIDES, SOUNDS
from towers import DIMS, WIDTH, Compare, Hearing, Sound, Text, Vision
from words import LENGTH, Pieces

HEIGHT_WIDTH = [120, 160]
CELLS = [15, 20]
TEXTS = [
    "a red mug",
    "to be seen: two yellow traffic cones, a green box and an umbrella on a table.",
    "A Blue  bottle, to the LEFT of a sofa!",
    "i hear footsteps on the right.",
    "a zebra",
    "",
]


def rounded(weight):
    """Whole numbers and the factor of each row."""
    flat = weight.detach().reshape(len(weight), -1)
    scale = (flat.abs().amax(1) / 127).clamp(min=1e-12)
    whole = torch.round(flat / scale[:, None]).to(torch.int8).reshape(weight.shape)
    return whole, scale.reshape(-1, *[1] * (weight.ndim - 1))


class Kept(nn.Module):
    """Of a layer: its weights of 8 bits."""

    def __init__(self, weight, bias, act):
        super().__init__()
        whole, scale = rounded(weight)
        self.register_buffer("whole", whole)
        self.register_buffer("factor", scale)
        self.register_buffer("bias", None if bias is None else bias.detach().clone())
        self.act = act

    def forward(self, x):
        return self.act(x, self.whole.float() * self.factor, self.bias)


class Table(nn.Module):
    """An embedding; `weight` is asked for where all rows are needed."""

    def __init__(self, weight):
        super().__init__()
        whole, scale = rounded(weight)
        self.register_buffer("whole", whole)
        self.register_buffer("factor", scale)

    @property
    def weight(self):
        return self.whole.float() * self.factor

    def forward(self, ids):
        return F.embedding(ids, self.weight)


def kept(module):
    """The same network with rounded weights."""
    for name, its in list(module.named_children()):
        if isinstance(its, nn.Sequential) and len(its) > 1 and isinstance(its[1], (nn.BatchNorm2d, nn.BatchNorm1d)):
            convolution, normal = its[0], its[1]
            factor = normal.weight / torch.sqrt(normal.running_var + normal.eps)
            weight = convolution.weight * factor.reshape(-1, *[1] * (convolution.weight.ndim - 1))
            setattr(module, name, nn.Sequential(layer_of(convolution, weight, normal.bias - normal.running_mean * factor), *its[2:]))
        elif isinstance(its, (nn.Conv2d, nn.Conv1d, nn.Linear)):
            setattr(module, name, layer_of(its, its.weight, its.bias))
        elif isinstance(its, nn.Embedding):
            setattr(module, name, Table(its.weight))
        else:
            kept(its)
    return module.eval()


def layer_of(layer, weight, bias):
    if isinstance(layer, nn.Linear):
        return Kept(weight, bias, F.linear)
    convolve = F.conv2d if isinstance(layer, nn.Conv2d) else F.conv1d
    stride, padding, dilation = layer.stride, layer.padding, layer.dilation
    return Kept(weight, bias, lambda x, w, b: convolve(x, w, b, stride, padding, dilation))


class Pictures(nn.Module):
    """Embedding, tokens, and what cells say of the class of a thing."""

    def __init__(self, vision):
        super().__init__()
        self.vision = vision

    def forward(self, x):
        vision = self.vision
        grid = vision.trunk(x)
        embedding = F.normalize(vision.pooled(grid, vision.cells(grid), vision.middle(grid)), dim=1)
        flat = lambda planes: planes.flatten(2).transpose(1, 2)
        things = vision.label(grid)
        return embedding, flat(grid), flat(things - things.mean(1, keepdim=True))


class Depths(nn.Module):
    def __init__(self, vision):
        super().__init__()
        self.vision = vision

    def forward(self, x):
        return self.vision(x)[0]


class Sounds(nn.Module):
    def __init__(self, sound):
        super().__init__()
        self.hearing, self.sound = Hearing(), sound

    def forward(self, x):
        return self.sound(self.hearing(x))


def export(network, given, names, outputs, path, axes=None):
    torch.onnx.export(network, given, path, input_names=names, output_names=outputs, dynamic_axes=axes or {}, opset_version=14, do_constant_folding=False)


def drawn(width, height):
    """Strong edges; the test draws the same."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([(x * 7 + y * 3) % 256, np.where((x // 5 + y // 7) % 3 == 0, 255, 0), (x * y) % 256], -1).astype(np.uint8)


def depths():
    x, y = np.meshgrid(np.arange(160), np.arange(120))
    return ((x * 13 + y * 31) % 4000).astype(np.uint16)


def clip():
    n, c = np.meshgrid(np.arange(16000), np.arange(4), indexing="ij")
    return (((n - 2 * c) * (n - 2 * c) // 64 % 257 - 128) * 60).astype(np.int16)


def numbers(tensor):
    return [round(float(value), 6) for value in tensor.flatten()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pictures", "sounds", "out", "golden"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--compare")
    parser.add_argument("--depth")
    args = parser.parse_args()
    load = lambda run: torch.load(f"{run}/checkpoint.pt")
    pictures, sounds = load(args.pictures), load(args.sounds)
    vocabulary, classes, colours = pictures["vocabulary"], pictures["classes"], pictures["colours"]
    pieces = Pieces(vocabulary)
    os.makedirs(f"{args.out}/onnx", exist_ok=True)
    file = lambda tower: f"{args.out}/onnx/{tower}_quantized.onnx"
    write = lambda name, content: open(f"{args.out}/{name}", "w").write(json.dumps(content, indent=1) + "\n")
    golden = {"texts": [], "sentences": []}

    def known(state, prefix=""):
        """What was never trained is embedded as what is unknown."""
        weight = state[f"{prefix}tokens.weight"]
        untrained = [i for i in range(6, len(vocabulary)) if i not in sounds_known]
        weight[untrained] = weight[1].clone()
        return state

    sounds_known = set(trained_pieces(args.sounds))
    text = Text(len(vocabulary), LENGTH)
    text.load_state_dict(known(sounds["text"]))
    text = kept(text)
    ids = torch.tensor([pieces.ids(TEXTS[1])])
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"}}
    export(text, ids, ["input_ids"], ["text_embeds"], file("text_model"), axes)
    vision = Vision(3, len(classes), len(colours))
    vision.load_state_dict(pictures["vision"])
    vision = Pictures(kept(vision))
    export(vision, torch.zeros(1, 3, *HEIGHT_WIDTH), ["pixel_values"], ["image_embeds", "last_hidden_state", "thing_embeds"], file("vision_model"))
    sound = Sound(len(SOUNDS), len(SIDES))
    sound.load_state_dict(sounds["sound"])
    sound = Sounds(kept(sound)).eval()
    export(sound, torch.zeros(1, 4, 16000), ["input_values"], ["audio_embeds"], file("audio_model"))
    config = {
        "model_type": "clip",
        "architectures": ["CLIPModel"],
        "projection_dim": DIMS,
        "text_config": {"hidden_size": WIDTH, "max_position_embeddings": LENGTH, "vocab_size": len(vocabulary)},
        "vision_config": {
            "hidden_size": WIDTH,
            "image_size": HEIGHT_WIDTH,
            "grid": {"cells": CELLS, "outputs": {"last_hidden_state": WIDTH, "thing_embeds": len(classes)}},
        },
        "audio_config": {"num_channels": 4, "sampling_rate": 16000, "samples": 16000},
    }
    with torch.no_grad():
        for sentence in TEXTS:
            its = pieces.ids(sentence)
            golden["texts"].append({"text": sentence, "ids": its, "embedding": numbers(text(torch.tensor([its])))})
        x = torch.from_numpy((drawn(160, 120).astype(np.float32) / 255 - 0.5) / 0.5).permute(2, 0, 1)[None]
        embedding, tokens, things = vision(x)
        golden["picture"] = {"embedding": numbers(embedding), "token": numbers(tokens[0, 150]), "thing": numbers(things[0, 150])}
        golden["sound"] = numbers(sound(torch.from_numpy(clip().astype(np.float32).T[None] / 32768)))
    if args.depth:
        depth = Vision(1, len(classes), len(colours))
        depth.load_state_dict(load(args.depth)["vision"])
        depth = Depths(kept(depth)).eval()
        export(depth, torch.zeros(1, 1, *HEIGHT_WIDTH), ["depth_values"], ["depth_embeds"], file("depth_model"))
        config["depth_config"] = {"image_size": HEIGHT_WIDTH}
        with torch.no_grad():
            mm = depths().astype(np.float32)
            golden["depth"] = numbers(depth(torch.from_numpy(np.where(mm > 0, 1000 / np.maximum(mm, 200), 0).astype(np.float32)[None, None])))
    if args.compare:
        compare = Compare(len(vocabulary), LENGTH)
        compare.load_state_dict(known(load(args.compare)["model"], "text."))
        compare = kept(compare)
        axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, "last_hidden_state": {0: "batch_size"}, "logits": {0: "batch_size"}}
        export(compare, (ids, tokens), ["input_ids", "last_hidden_state"], ["logits"], file("rerank_model"), axes)
        config["rerank_config"] = {"sees": "last_hidden_state"}
        with torch.no_grad():
            golden["sentences"] = [{"text": s, "logit": numbers(compare(torch.tensor([pieces.ids(s)]), tokens))[0]} for s in TEXTS]
    write("config.json", config)
    tokenizer, tokenizer_config = pieces.files()
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    write("preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "do_rescale": True,
        "do_normalize": True,
        "do_convert_rgb": True,
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"height": HEIGHT_WIDTH[0], "width": HEIGHT_WIDTH[1]},
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    })
    open(args.golden, "w").write(json.dumps(golden) + "\n")


def trained_pieces(run):
    """Pieces that stood in a caption of the training data."""
    return json.load(open(f"{run}/pieces.json"))


if __name__ == "__main__":
    main()
