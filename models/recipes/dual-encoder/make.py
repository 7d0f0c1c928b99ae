#!/usr/bin/env python3
"""Writes dual encoders of random weights in the hub's layout, with what they have to give.

    /usr/bin/python3 models/recipes/dual-encoder/make.py clip test/hub/models/clip
    /usr/bin/python3 models/recipes/dual-encoder/make.py siglip test/hub/models/siglip
    /usr/bin/python3 models/recipes/dual-encoder/make.py clip /tmp/clip-b32 --full     the size of CLIP ViT-B/32, 605 MB

Needs PyTorch (Debian's python3-torch), NumPy and Pillow. The same numbers come out each time.
"""
import argparse
import base64
import json
import os

import numpy as np
import torch
from PIL import Image

from towers import ClipText, ClipVision, SiglipText, SiglipVision
from words import BytePairs, Unigrams

TEXTS = [
    "a photo of a red mug",
    "A Photo  of\ta RED mug.",
    "it's the robot's 42nd bottle, they're blue!",
    "na\u00efve caf\u00e9 \u2014 \u65e5\u672c \U0001f916",
    "",
    "the small yellow cube is left of the large red cylinder, " * 12,
]
PICTURES = [(50, 40), (33, 71), (16, 16)]
MICRO = {
    "clip": {"width": 24, "layers": 2, "heads": 2, "dims": 16, "patch": 8, "side": 32},
    "siglip": {"width": 24, "layers": 2, "heads": 2, "dims": 24, "patch": 8, "side": 32},
}
FULL_CLIP = {
    "text": {"width": 512, "layers": 12, "heads": 8, "dims": 512},
    "vision": {"width": 768, "layers": 12, "heads": 12, "dims": 512, "patch": 32, "side": 224},
}


def drawn(width, height):
    """Strong edges; the test draws the same."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    planes = [(x * 7 + y * 3) % 256, np.where((x // 5 + y // 7) % 3 == 0, 255, 0), (x * y) % 256]
    return Image.fromarray(np.stack(planes, -1).astype(np.uint8))


def resized(family, picture, side):
    if family == "siglip":
        return picture.resize((side, side), Image.BICUBIC)
    width, height = picture.size
    long = int(side * max(width, height) / min(width, height))
    size = (side, long) if width <= height else (long, side)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    return picture.resize(size, Image.BICUBIC).crop((left, top, left + side, top + side))


def preprocessing(family, side):
    common = {"do_resize": True, "do_rescale": True, "do_normalize": True, "do_convert_rgb": True, "resample": 3, "rescale_factor": 1 / 255}
    square = {"height": side, "width": side}
    if family == "siglip":
        half = [0.5, 0.5, 0.5]
        return {"image_processor_type": "SiglipImageProcessor", **common, "size": square, "image_mean": half, "image_std": half}
    return {
        "image_processor_type": "CLIPImageProcessor",
        **common,
        "do_center_crop": True,
        "size": {"shortest_edge": side},
        "crop_size": square,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }


def tower_config(family, tower, sizes, **more):
    its = {"model_type": f"{family}_{tower}_model", "hidden_size": sizes["width"], "intermediate_size": 4 * sizes["width"]}
    return {**its, "num_hidden_layers": sizes["layers"], "num_attention_heads": sizes["heads"], **more}


def export(network, given, name, output, axes, path):
    torch.onnx.export(network, given, path, input_names=[name], output_names=[output], dynamic_axes=axes, opset_version=14)


def numbers(tensor):
    return [round(float(value), 7) for value in tensor.flatten()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=list(MICRO))
    parser.add_argument("out")
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    family = args.family
    torch.manual_seed(7)
    words = BytePairs() if family == "clip" else Unigrams()
    sizes = FULL_CLIP if args.full else {"text": MICRO[family], "vision": MICRO[family]}
    side, patch = sizes["vision"]["side"], sizes["vision"]["patch"]
    count = 49408 if args.full else len(words.vocabulary)
    Text, Vision = (ClipText, ClipVision) if family == "clip" else (SiglipText, SiglipVision)
    plain = lambda its: {key: its[key] for key in ("width", "layers", "heads", "dims")}
    text = Text(count, words.length, **plain(sizes["text"])).eval()
    vision = Vision(side, patch, **plain(sizes["vision"])).eval()

    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "token" in name else 1)
    tokenizer, tokenizer_config = words.files()
    dims = sizes["text"]["dims"]
    write("config.json", {
        "model_type": family,
        "architectures": ["CLIPModel" if family == "clip" else "SiglipModel"],
        **({"projection_dim": dims} if family == "clip" else {}),
        "text_config": tower_config(family, "text", sizes["text"], vocab_size=count, max_position_embeddings=words.length),
        "vision_config": tower_config(family, "vision", sizes["vision"], image_size=side, patch_size=patch),
    })
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    write("preprocessor_config.json", preprocessing(family, side))
    ids = torch.tensor([words.ids(TEXTS[0])])
    outputs = ("text_embeds", "image_embeds") if family == "clip" else ("pooler_output", "pooler_output")
    axes = {0: "batch_size", **({1: "sequence_length"} if family == "clip" else {})}
    export(text, ids, "input_ids", outputs[0], {"input_ids": axes, outputs[0]: {0: "batch_size"}}, file("onnx", "text_model.onnx"))
    batch = {0: "batch_size"}
    export(vision, torch.zeros(1, 3, side, side), "pixel_values", outputs[1], {"pixel_values": batch, outputs[1]: batch}, file("onnx", "vision_model.onnx"))
    if args.full:
        return

    config = preprocessing(family, side)
    mean, std = np.array(config["image_mean"]), np.array(config["image_std"])
    golden = {"texts": [], "pictures": []}
    with torch.no_grad():
        for sentence in TEXTS:
            ids = words.ids(sentence)
            golden["texts"].append({"text": sentence, "ids": ids, "embedding": numbers(text(torch.tensor([ids])))})
        for width, height in PICTURES:
            levels = np.asarray(resized(family, drawn(width, height), side))
            pixels = torch.tensor(((levels / 255 - mean) / std).transpose(2, 0, 1)[None], dtype=torch.float32)
            coded = base64.b64encode(levels.tobytes()).decode()
            golden["pictures"].append({"width": width, "height": height, "levels": coded, "embedding": numbers(vision(pixels))})
    write("golden.json", golden)


main()
