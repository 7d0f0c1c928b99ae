#!/usr/bin/env python3
"""Writes models that answer questions about pictures, of random weights in the hub's layout, with what they have to give.

    /usr/bin/python3 models/recipes/generation/make.py llava_onevision test/hub/models/llava_onevision
    /usr/bin/python3 models/recipes/generation/make.py smolvlm test/hub/models/smolvlm
    /usr/bin/python3 models/recipes/generation/make.py smolvlm /tmp/smolvlm-256m --full     the size of SmolVLM 256 M, 1 GB

Needs PyTorch (Debian's python3-torch), NumPy and Pillow. The same numbers come out each time.
"""
import argparse
import base64
import json
import os

import numpy as np
import torch
from PIL import Image

from common import SPACES, confidence, drawn, export
from decoders import Llama
from pairs import BytePairs
from vision import LlavaVision, SmolVision

QUESTIONS = [
    "What is on the table?",
    "it's the robot's 42nd bottle \u2014 is it blue?",
    "How many chairs are there, and what colour is the one beside the window?",
]
PICTURES = [(50, 40), (33, 71)]
NEW_TOKENS = 12
FAMILIES = {
    "llava_onevision": {
        "special": ["<|im_end|>", "<|im_start|>", "<image>", "<|endoftext|>"],
        "template": "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
        "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
        "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ '\\n' + content['text'] }}{% endfor %}"
        "{{ '<|im_end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        "prompt": "<|im_start|>user {images}\n{question}<|im_end|><|im_start|>assistant\n",
        "image": "<image>",
        "resample": 3,
        "micro": {
            "vision": {"side": 28, "patch": 14, "width": 24, "layers": 2, "heads": 2},
            "text": {"width": 32, "layers": 2, "heads": 4, "kv_heads": 2},
        },
    },
    "smolvlm": {
        "special": ["<end_of_utterance>", "<|im_start|>", "<image>", "<fake_token_around_image>", "<global-img>", "<|im_end|>"],
        "template": "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
        "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
        "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
        "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
        "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
        "prompt": "<|im_start|>User:{images}{question}<end_of_utterance>\nAssistant:",
        "image": "<fake_token_around_image><global-img><image><fake_token_around_image>",
        "resample": 1,
        "micro": {
            "vision": {"side": 32, "patch": 8, "width": 24, "layers": 2, "heads": 2, "factor": 2},
            "text": {"width": 32, "layers": 2, "heads": 4, "kv_heads": 2},
        },
        "full": {
            "vision": {"side": 512, "patch": 16, "width": 768, "layers": 12, "heads": 12, "factor": 4},
            "text": {"width": 576, "layers": 30, "heads": 9, "kv_heads": 3},
        },
    },
}


def configuration(family, words, sizes, count):
    vision, text = sizes["vision"], sizes["text"]
    image = words.vocabulary["<image>"]
    return {
        "model_type": family,
        "architectures": ["LlavaOnevisionForConditionalGeneration" if family == "llava_onevision" else "Idefics3ForConditionalGeneration"],
        **({"image_token_index": image} if family == "llava_onevision" else {"image_token_id": image, "scale_factor": vision["factor"]}),
        "text_config": {
            "model_type": "qwen2" if family == "llava_onevision" else "llama",
            "hidden_size": text["width"],
            "intermediate_size": 3 * text["width"],
            "num_hidden_layers": text["layers"],
            "num_attention_heads": text["heads"],
            "num_key_value_heads": text["kv_heads"],
            "max_position_embeddings": 8192,
            "vocab_size": count,
        },
        "vision_config": {
            "model_type": "siglip_vision_model",
            "hidden_size": vision["width"],
            "num_hidden_layers": vision["layers"],
            "num_attention_heads": vision["heads"],
            "image_size": vision["side"],
            "patch_size": vision["patch"],
        },
    }


def preprocessing(family, sizes):
    side = sizes["vision"]["side"]
    half = {"do_resize": True, "do_rescale": True, "do_normalize": True, "rescale_factor": 1 / 255, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    if family == "llava_onevision":
        return {"image_processor_type": "LlavaOnevisionImageProcessor", **half, "resample": 3, "size": {"height": side, "width": side}}
    sides = {"size": {"longest_edge": 4 * side}, "max_image_size": {"longest_edge": side}}
    return {"image_processor_type": "Idefics3ImageProcessor", **half, "resample": 1, "do_image_splitting": True, "do_pad": True, **sides}


def pixels_of(picture, sizes, resample):
    side = sizes["vision"]["side"]
    levels = np.asarray(picture.resize((side, side), Image.LANCZOS if resample == 1 else Image.BICUBIC))
    return levels, torch.tensor((levels / 255 - 0.5).transpose(2, 0, 1)[None] / 0.5, dtype=torch.float32)


def seen(vision, pixels):
    if isinstance(vision, SmolVision):
        return vision(pixels[None], torch.ones(1, 1, *pixels.shape[2:], dtype=torch.bool))
    return vision(pixels)


def in_one(length):
    return torch.arange(length)[None]


def generated(decoder, embeds, count, positions=in_one):
    """Greedy, from all that was said so far each time: nothing is kept from one token to the next."""
    ids, scores = [], []
    for _ in range(count):
        length = embeds.shape[1]
        logits, *_ = decoder(embeds, torch.ones(1, length, dtype=torch.int64), positions(length), *decoder.empty())
        scores.append(logits[0, -1])
        ids.append(int(logits[0, -1].argmax()))
        embeds = torch.cat([embeds, decoder.tokens(torch.tensor([[ids[-1]]]))], 1)
    return ids, scores


def export_words(decoder, sizes, file, axes_of_positions=("b", "n")):
    """`embed_tokens` and `decoder_model_merged`. @param axes_of_positions names of the dimensions of positions; None for one of 3"""
    width, layers = sizes["text"]["width"], sizes["text"]["layers"]
    export(decoder.tokens, torch.zeros(1, 3, dtype=torch.int64), ["input_ids"], ["inputs_embeds"], {"input_ids": {0: "b", 1: "n"}, "inputs_embeds": {0: "b", 1: "n"}}, file("onnx", "embed_tokens.onnx"))
    pairs = [f"{i}.{what}" for i in range(layers) for what in ("key", "value")]
    past, present = [f"past_key_values.{p}" for p in pairs], [f"present.{p}" for p in pairs]
    _, heads, each = decoder.shape
    positions = (torch.arange(3) + 2).expand(*[3 if name is None else 1 for name in axes_of_positions[:-1]], 3)
    given = (torch.zeros(1, 3, width), torch.ones(1, 5, dtype=torch.int64), positions, *[torch.zeros(1, heads, 2, each) for _ in past])
    axes = {"inputs_embeds": {0: "b", 1: "n"}, "attention_mask": {0: "b", 1: "total"}, "logits": {0: "b", 1: "n"}}
    axes["position_ids"] = {i: name for i, name in enumerate(axes_of_positions) if name is not None}
    axes.update({name: {0: "b", 2: "past"} for name in past})
    axes.update({name: {0: "b", 2: "total"} for name in present})
    export(decoder, given, ["inputs_embeds", "attention_mask", "position_ids", *past], ["logits", *present], axes, file("onnx", "decoder_model_merged.onnx"))


def export_all(family, vision, decoder, sizes, file):
    side = sizes["vision"]["side"]
    export_words(decoder, sizes, file)
    path = file("onnx", "vision_encoder.onnx")
    if family == "smolvlm":
        given = (torch.zeros(1, 1, 3, side, side), torch.ones(1, 1, side, side, dtype=torch.bool))
        tiles = {0: "b", 1: "tiles", 3: "h", 4: "w"}
        export(vision, given, ["pixel_values", "pixel_attention_mask"], ["image_features"], {"pixel_values": tiles, "pixel_attention_mask": {0: "b", 1: "tiles", 2: "h", 3: "w"}, "image_features": {0: "tiles"}}, path)
    else:
        export(vision, torch.zeros(1, 3, side, side), ["pixel_values"], ["image_features"], {"pixel_values": {0: "b"}, "image_features": {0: "b"}}, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=list(FAMILIES))
    parser.add_argument("out")
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    family, its = args.family, FAMILIES[args.family]
    torch.manual_seed(11)
    words = BytePairs(its["special"])
    sizes = its["full" if args.full else "micro"]
    count = 49280 if args.full else len(words.vocabulary)
    Vision = LlavaVision if family == "llava_onevision" else SmolVision
    vision = Vision(**sizes["vision"], out=sizes["text"]["width"]).eval()
    decoder = Llama(count, **sizes["text"]).eval()
    if not args.full:
        # What is said depends on what is seen, and on more than the last token.
        for weight in [*decoder.layers.parameters(), *vision.parameters()]:
            weight.data *= 2 if weight.dim() > 1 else 1

    os.makedirs(os.path.join(args.out, "onnx"), exist_ok=True)
    file = lambda *names: os.path.join(args.out, *names)
    write = lambda name, content: json.dump(content, open(file(name), "w"), ensure_ascii=False, indent=None if "tokenizer" in name else 1)
    tokenizer, tokenizer_config = words.files("Qwen2Tokenizer" if family == "llava_onevision" else "GPT2Tokenizer")
    end = words.vocabulary[its["special"][0]]
    write("config.json", configuration(family, words, sizes, count))
    write("generation_config.json", {"eos_token_id": end if family == "smolvlm" else [end, words.vocabulary["<|endoftext|>"]], "pad_token_id": end})
    write("tokenizer.json", tokenizer)
    write("tokenizer_config.json", tokenizer_config)
    # Newer folders keep the template in a file of its own; both are read.
    if family == "smolvlm":
        write("chat_template.json", {"chat_template": its["template"]})
    else:
        open(file("chat_template.jinja"), "w").write(its["template"])
    write("preprocessor_config.json", preprocessing(family, sizes))
    with torch.no_grad():
        export_all(family, vision, decoder, sizes, file)
        if args.full:
            return
        golden = {"pictures": [], "answers": []}
        features = []
        for width, height in PICTURES:
            levels, pixels = pixels_of(drawn(width, height), sizes, its["resample"])
            features.append(seen(vision, pixels).flatten(0, 1))
            golden["pictures"].append({"width": width, "height": height, "levels": base64.b64encode(levels.tobytes()).decode()})
        for i, question in enumerate(QUESTIONS):
            # One picture, one picture, two pictures.
            shown = [0, 1] if i == 2 else [i]
            prompt = words.ids(its["prompt"].format(images=its["image"] * len(shown), question=question))
            embeds, at = [], 0
            for piece in prompt:
                if piece == words.vocabulary["<image>"]:
                    embeds.append(features[shown[at]])
                    at += 1
                else:
                    embeds.append(decoder.tokens(torch.tensor([piece])))
            ids, scores = generated(decoder, torch.cat(embeds)[None], NEW_TOKENS)
            kept = ids[: ids.index(end)] if end in ids else ids
            golden["answers"].append({"question": question, "pictures": shown, "prompt": prompt, "ids": ids, "text": words.text(kept).strip(SPACES), "confidence": confidence(ids, scores)})
    write("golden.json", golden)


if __name__ == "__main__":
    main()
