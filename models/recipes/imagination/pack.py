#!/usr/bin/env python3
"""Writes what was trained in the hub's layout, with weights of 8 bits, and what the networks have to give.

    pack.py --runs RUNS --out models/simulated-pictures --golden test/hub/simulated-pictures.json

Weights are whole numbers of 8 bits with a factor for each output; networks run in fp32, and give what PyTorch gives of the same rounded weights. A network that RUNS has not trained
(begun.py brings no steps of it) stays as it is in --out.
"""
import argparse
import json
import os

import torch

import goals  # noqa: F401 -- finds the modules of the contrastive family
from begun import initial
from export import drawn, export, kept, numbers
from nets import DIMS, LENGTH, Arrangement, Decoder, Heads, Prior, Reader, Text, UNet
from words import Pieces

TEXTS = ["a red ball to the left of a blue box.", "put a green castle in the middle, a yellow hat on the left and a red kettle on the right.", "a zebra", ""]
PRIOR_STEPS = 10
STEPS = 8
GUIDANCE = 2.0
COPIES, COPIED_AT = 6, 0.25


def waved(count, step):
    """Numbers that the test draws the same."""
    return torch.sin(torch.arange(count, dtype=torch.float64) * step).float()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("runs", "out", "golden"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    run = lambda name: f"{args.runs}/{name}.pt"
    load = lambda name: torch.load(run(name), map_location="cpu")
    known = load("embeddings")
    vocabulary, classes, colours = known["vocabulary"], known["classes"], known["colours"]
    os.makedirs(f"{args.out}/onnx", exist_ok=True)
    file = lambda name: f"{args.out}/onnx/{name}_quantized.onnx"
    write = lambda name, content: open(f"{args.out}/{name}", "w").write(json.dumps(content, indent=1) + "\n")

    def is_trained(name):
        return os.path.exists(run(name)) and "optimiser" in load(name)

    def trained(network, name, key, shipped, prefix=""):
        """As it was trained, or as it is shipped: the same whole numbers."""
        if is_trained(name):
            network.load_state_dict(load(name)[key])
            return kept(network).eval()
        state = {its[len(prefix) :]: value for its, value in initial(file(shipped)).items() if its.startswith(prefix)}
        network = kept(network)
        lacking, strange = network.load_state_dict(state, strict=False)
        # What a network can do without is left out of its file.
        assert not strange and set(lacking) <= {"cells"}, (lacking, strange)
        return network.eval()

    sides = len(classes), len(colours)

    text = trained(Text(len(vocabulary)), "words", "text", "text_encoder")
    prior = trained(Prior(), "prior", "prior", "prior")
    heads = trained(Heads(*sides), "embeddings", "heads", "unet", "heads.")
    unet = Decoder(heads, trained(UNet(*sides), "decoder", "unet", "unet", "unet.")).eval()
    reader = Reader(heads).eval()
    arrangement = trained(Arrangement(*sides), "arrangement", "arrangement", "arrangement_model")
    pieces = Pieces(vocabulary)
    golden = {"texts": []}
    with torch.no_grad():
        for words in TEXTS:
            ids = pieces.ids(words)
            golden["texts"].append({"text": words, "ids": ids, "embedding": numbers(text(torch.tensor([ids])))})
        spoken = text(torch.tensor([pieces.ids(TEXTS[0])]))
        noisy, time = waved(DIMS, 0.7)[None], torch.tensor([0.5])
        golden["reading"] = numbers(reader(spoken))
        golden["prior"] = numbers(prior(noisy, time, spoken))
        picture = waved(2 * 3 * 64 * 64, 0.37).reshape(2, 3, 64, 64)
        half = torch.tensor([0.5, 0.25])
        both = torch.cat([spoken, torch.zeros_like(spoken)])
        found = unet(picture, half, both)
        golden["unet"] = [numbers(its.flatten()[::97]) for its in found]
        x = torch.from_numpy(drawn(64, 64).astype("float32")).permute(2, 0, 1)[None] / 127.5 - 1
        golden["arrangement"] = numbers(arrangement(x)[0].flatten()[::17])
    batch = lambda *names: {name: {0: "batch_size"} for name in names}
    ids = torch.tensor([pieces.ids(TEXTS[0])])
    axes = {"input_ids": {0: "batch_size", 1: "sequence_length"}, **batch("text_embeds")}
    names = ["sample", "timestep", "image_embeds"]
    if is_trained("words"):
        export(text, ids, ["input_ids"], ["text_embeds"], file("text_encoder"), axes)
    export(reader, spoken, ["text_embeds"], ["told"], file("reader"))
    if is_trained("prior"):
        export(prior, (noisy, time, spoken), ["sample", "timestep", "text_embeds"], ["predicted"], file("prior"))
    if is_trained("decoder"):
        export(unet, (picture, half, both), names, ["predicted"], file("unet"), batch(*names, "predicted"))
    if is_trained("arrangement"):
        export(arrangement, x, ["pixel_values"], ["cells"], file("arrangement_model"))
    write("config.json", {
        "model_type": "unclip",
        "projection_dim": DIMS,
        "text_config": {"vocab_size": len(vocabulary), "max_position_embeddings": LENGTH},
        "prior_config": {"num_inference_steps": PRIOR_STEPS},
        "unet_config": {"sample_size": 64, "num_inference_steps": STEPS, "guidance_scale": GUIDANCE, "num_copies": COPIES, "copies_timestep": COPIED_AT, "prediction_type": "sample"},
        "arrangement_config": {"cells": [16, 16], "classes": classes, "colours": colours},
    })
    tokenizer, tokenizer_config = pieces.files()
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    open(args.golden, "w").write(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
