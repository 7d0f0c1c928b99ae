#!/usr/bin/env python3
"""Writes models of the Qwen-VL family, of random weights in the hub's layout, with what they have to give.

    /usr/bin/python3 models/recipes/generation/qwen.py qwen2_vl test/hub/models/qwen2_vl
    /usr/bin/python3 models/recipes/generation/qwen.py qwen2_5_vl test/hub/models/qwen2_5_vl

Needs PyTorch (Debian's python3-torch), NumPy and Pillow. The same numbers come out each time. How pictures are cut up and where tokens stand
is written after the paper (Wang et al. 2024, https://arxiv.org/abs/2409.12191), not with the program that reads it.
"""
import argparse
import base64
import json
import math
import os

import numpy as np
import torch
from PIL import Image

from common import SPACES, confidence, drawn, export
from decoders import Llama
from make import NEW_TOKENS, PICTURES, QUESTIONS, export_words, generated, in_one
from pairs import BytePairs
from vision import QwenVision

SPECIAL = ["<|im_end|>", "<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|endoftext|>"]
SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
PICTURE = "<|vision_start|><|image_pad|><|vision_end|>"
TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}" + SYSTEM + "{% endif %}"
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for content in message['content'] %}{% if content['type'] == 'image' %}" + PICTURE + "{% else %}{{ content['text'] }}{% endif %}{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PROMPT = SYSTEM + "<|im_start|>user\n{images}{question}<|im_end|>\n<|im_start|>assistant\n"
MERGE, FRAMES = 2, 2
# Smaller than both pictures: neither keeps its size.
LEAST, MOST = 256, 1600
# Those of CLIP.
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
TEXT = {"width": 32, "layers": 2, "heads": 2, "kv_heads": 1, "bias": True, "base": 1000000.0, "sections": [2, 3, 3]}
FAMILIES = {
    "qwen2_vl": {"vision": {"patch": 4, "width": 24, "layers": 2, "heads": 2}, "text": TEXT},
    "qwen2_5_vl": {"vision": {"patch": 4, "width": 24, "layers": 2, "heads": 2, "window": 2}, "text": TEXT},
}


def configuration(family, words, sizes):
    vision, text = sizes["vision"], sizes["text"]
    count = len(words.vocabulary)
    said = {
        "hidden_size": text["width"],
        "intermediate_size": 3 * text["width"],
        "num_hidden_layers": text["layers"],
        "num_attention_heads": text["heads"],
        "num_key_value_heads": text["kv_heads"],
        "max_position_embeddings": 8192,
        "rope_theta": text["base"],
        "rope_scaling": {"type": "mrope", "mrope_section": text["sections"]},
        "vocab_size": count,
    }
    seen = {"depth": vision["layers"], "num_heads": vision["heads"], "patch_size": vision["patch"], "spatial_merge_size": MERGE, "temporal_patch_size": FRAMES}
    tokens = {f"{name}_token_id": words.vocabulary[f"<|{token}|>"] for name, token in (("image", "image_pad"), ("vision_start", "vision_start"), ("vision_end", "vision_end"))}
    if family == "qwen2_vl":
        # Its folders tell of the words in the outermost section.
        vision_config = {**seen, "embed_dim": vision["width"], "mlp_ratio": 3, "hidden_size": text["width"]}
        return {"model_type": family, "architectures": ["Qwen2VLForConditionalGeneration"], **tokens, **said, "vision_config": vision_config}
    window = vision["window"] * MERGE * vision["patch"]
    vision_config = {**seen, "hidden_size": vision["width"], "intermediate_size": 3 * vision["width"], "out_hidden_size": text["width"], "window_size": window, "fullatt_block_indexes": [vision["layers"] - 1]}
    text_config = {"model_type": "qwen2_5_vl_text", **said}
    return {"model_type": family, "architectures": ["Qwen2_5_VLForConditionalGeneration"], **tokens, "text_config": text_config, "vision_config": vision_config}


def preprocessing(family, sizes):
    bounds = {"min_pixels": LEAST, "max_pixels": MOST} if family == "qwen2_vl" else {"size": {"shortest_edge": LEAST, "longest_edge": MOST}}
    shape = {"patch_size": sizes["vision"]["patch"], "temporal_patch_size": FRAMES, "merge_size": MERGE}
    return {"image_processor_type": "Qwen2VLImageProcessor", **bounds, **shape, "image_mean": MEAN, "image_std": STD}


def fitted(height, width, side):
    """Sides of whole features, about the same proportions, within the bounds on pixels; Python rounds halves to the even number."""
    near = [round(its / side) * side for its in (height, width)]
    if near[0] * near[1] > MOST:
        factor = math.sqrt(height * width / MOST)
        return [max(side, math.floor(its / factor / side) * side) for its in (height, width)]
    if near[0] * near[1] < LEAST:
        factor = math.sqrt(LEAST / (height * width))
        return [math.ceil(its * factor / side) * side for its in (height, width)]
    return near


def cut_up(levels, patch):
    """Patches [rows of features x columns x patches of a feature, colours x frames x pixels], and their rows and columns."""
    pixels = torch.tensor(((levels / 255 - MEAN) / STD).transpose(2, 0, 1), dtype=torch.float32)
    rows, columns = (side // patch for side in pixels.shape[1:])
    cells = pixels.reshape(3, rows // MERGE, MERGE, patch, columns // MERGE, MERGE, patch).permute(1, 4, 2, 5, 0, 3, 6)
    still = cells.unsqueeze(5).expand(-1, -1, -1, -1, -1, FRAMES, -1, -1)
    return still.reshape(rows * columns, -1), torch.tensor([[1, rows, columns]])


def places_in(prompt, grids, image):
    """Rows and columns of each part of a prompt."""
    left = iter(grids)
    return [next(left) if piece == image else (1, 1) for piece in prompt]


def in_three(places):
    """Positions in time, height and width of so many tokens: behind a picture they go on from the greatest + 1, and what is said follows."""

    def positions(length):
        parts, at = [], 0
        for rows, columns in places:
            across = torch.arange(rows * columns)
            part = torch.stack([torch.zeros_like(across), torch.div(across, columns, rounding_mode="floor"), across % columns]) + at
            at = int(part.max()) + 1
            parts.append(part)
        said = length - sum(rows * columns for rows, columns in places)
        return torch.cat([*parts, (torch.arange(said) + at).expand(3, -1)], 1)[:, None]

    return positions


def answered(decoder, words, question, shown, seen):
    ends, image = [words.vocabulary[SPECIAL[0]], words.vocabulary["<|endoftext|>"]], words.vocabulary["<|image_pad|>"]
    prompt = words.ids(PROMPT.format(images=PICTURE * len(shown), question=question))
    features = iter([seen[i][0] for i in shown])
    embeds = torch.cat([next(features) if piece == image else decoder.tokens(torch.tensor([piece])) for piece in prompt])[None]
    positions = in_three(places_in(prompt, [seen[i][1] for i in shown], image))
    ids, scores = generated(decoder, embeds, NEW_TOKENS, positions)
    flat, _ = generated(decoder, embeds, NEW_TOKENS, lambda length: in_one(length).expand(3, 1, -1))
    assert flat != ids, "what is said does not depend on where a picture's features stand"
    length = next((i for i, piece in enumerate(ids) if piece in ends), None)
    kept, counted = (ids, len(ids)) if length is None else (ids[:length], length + 1)
    said = {"ids": kept, "text": words.text(kept).strip(SPACES), "ended": "length" if length is None else "end"}
    return {"question": question, "pictures": shown, "prompt": prompt, **said, "confidence": confidence(ids[:counted], scores[:counted])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=list(FAMILIES))
    parser.add_argument("out")
    args = parser.parse_args()
    family, sizes = args.family, FAMILIES[args.family]
    torch.manual_seed(11)
    words = BytePairs(SPECIAL)
    vision = QwenVision(**sizes["vision"], out=sizes["text"]["width"]).eval()
    decoder = Llama(len(words.vocabulary), **sizes["text"]).eval()
    # What is said depends on what is seen, and on more than the last token.
    for weight in [*decoder.layers.parameters(), *vision.parameters()]:
        weight.data *= 2 if weight.dim() > 1 else 1

    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "tokenizer" in name else 1)
    tokenizer, tokenizer_config = words.files("Qwen2Tokenizer")
    end = words.vocabulary[SPECIAL[0]]
    write("config.json", configuration(family, words, sizes))
    write("generation_config.json", {"eos_token_id": [end, words.vocabulary["<|endoftext|>"]], "pad_token_id": end})
    write("tokenizer.json", tokenizer)
    # Where the folders of either generation have it.
    write("tokenizer_config.json", {**tokenizer_config, **({"chat_template": TEMPLATE} if family == "qwen2_vl" else {})})
    if family != "qwen2_vl":
        write("chat_template.json", {"chat_template": TEMPLATE})
    write("preprocessor_config.json", preprocessing(family, sizes))
    patch, golden, seen = sizes["vision"]["patch"], {"pictures": [], "answers": []}, []
    with torch.no_grad():
        export_words(decoder, sizes, file, (None, "b", "n"))
        for width, height in PICTURES:
            sides = fitted(height, width, MERGE * patch)
            levels = np.asarray(drawn(width, height).resize(sides[::-1], Image.BICUBIC))
            patches, grid = cut_up(levels, patch)
            seen.append((vision(patches, grid), tuple(int(side) // MERGE for side in grid[0, 1:])))
            golden["pictures"].append({"width": width, "height": height, "sides": sides, "levels": base64.b64encode(levels.tobytes()).decode()})
        names = ["pixel_values", "grid_thw" if family == "qwen2_vl" else "image_grid_thw"]
        axes = {names[0]: {0: "patches"}, names[1]: {0: "pictures"}, "image_features": {0: "features"}}
        export(vision, (patches, grid), names, ["image_features"], axes, file("onnx", "vision_encoder.onnx"))
        for i, question in enumerate(QUESTIONS):
            # One picture, one picture, two pictures.
            golden["answers"].append(answered(decoder, words, question, [0, 1] if i == 2 else [i], seen))
    write("golden.json", golden)


if __name__ == "__main__":
    main()
