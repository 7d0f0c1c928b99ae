#!/usr/bin/env python3
"""Takes the weights that come along as runs to go on from: what was trained elsewhere, and is kept only as it is shipped, can learn on.

    begun.py --model models/simulated-pictures --out RUNS

Weights are those of 8 bits, multiplied out. The decoder can go on from them; what else needs the encoder of pictures that the embeddings were learned with (words, prior) cannot, since that was not kept.
"""
import argparse
import json
import os

import numpy as np
import onnx
import torch
from onnx import numpy_helper



def initial(path):
    """Weights of a file as they are named in PyTorch, those of 8 bits with their factors."""
    return {its.name: torch.from_numpy(np.array(numpy_helper.to_array(its))) for its in onnx.load(path).graph.initializer}


def multiplied(weights, prefix=""):
    """Those whose names begin so, without the beginning, as they were before they were rounded."""
    out = {}
    for name, its in weights.items():
        if not name.startswith(prefix) or name.endswith(".factor"):
            continue
        bare = name[len(prefix) :]
        if name.endswith(".whole"):
            bare, its = f"{bare[:-6]}.weight", its.float() * weights[f"{name[:-6]}.factor"]
        out[bare] = its
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "out"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    weights = lambda name: initial(f"{args.model}/onnx/{name}_quantized.onnx")
    names = json.load(open(f"{args.model}/config.json"))["arrangement_config"]
    vocabulary = json.load(open(f"{args.model}/tokenizer.json"))["model"]["vocab"]
    vocabulary = sorted(vocabulary, key=vocabulary.get)
    text, unet = multiplied(weights("text_encoder")), weights("unet")
    known = {"vocabulary": vocabulary, "classes": names["classes"], "colours": names["colours"]}
    torch.save({"text": text, "heads": multiplied(unet, "heads."), **known}, f"{args.out}/embeddings.pt")
    begin = lambda name, key, its: torch.save({key: its, "learned": {key: its}}, f"{args.out}/{name}.pt")
    begin("words", "text", text)
    begin("prior", "prior", multiplied(weights("prior")))
    begin("decoder", "unet", multiplied(unet, "unet."))


if __name__ == "__main__":
    main()
