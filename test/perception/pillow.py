#!/usr/bin/env python3
"""Writes pillow.json: what Pillow makes of small pictures, and of the photographs in $SENSORIUM_DATA/photos.

    /usr/bin/python3 test/perception/pillow.py > test/perception/pillow.json
"""
import base64
import json
import os

import numpy as np
import PIL
from PIL import Image

FILTERS = {"triangle": Image.BILINEAR, "cubic": Image.BICUBIC, "lanczos": Image.LANCZOS}
SIDE = 224
ROWS = [0, 111, 223]


def text(pixels):
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()


def drawn(width, height):
    """Strong edges, so that a filter overshoots; the test draws the same."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    planes = [(x * 67 + y * 31) % 256, np.where((x + y) % 3 == 0, 255, 0), (x * y * 11) % 256]
    return np.stack(planes, -1).astype(np.uint8)


def cover(picture, resample):
    """Shorter side to SIDE, longer one cut to whole pixels, the middle cut out."""
    width, height = picture.size
    long = int(SIDE * max(width, height) / min(width, height))
    size = (SIDE, long) if width <= height else (long, SIDE)
    resized = np.asarray(picture.resize(size, resample))
    top, left = (size[1] - SIDE) // 2, (size[0] - SIDE) // 2
    return resized[top : top + SIDE, left : left + SIDE]


small = []
for name, resample in FILTERS.items():
    for source, target in [((7, 5), (12, 9)), ((16, 11), (5, 4)), ((9, 20), (9, 7)), ((2, 1), (6, 3)), ((40, 30), (13, 30))]:
        resized = Image.fromarray(drawn(*source)).resize(target, resample)
        small.append({"filter": name, "source": source, "target": target, "pixels": text(np.asarray(resized))})

photos = []
folder = os.path.join(os.environ["SENSORIUM_DATA"], "photos")
for file in sorted(os.listdir(folder)):
    picture = Image.open(os.path.join(folder, file)).convert("RGB")
    for name, resample in FILTERS.items():
        whole = cover(picture, resample)
        means = [round(float(mean), 4) for mean in whole.reshape(-1, 3).mean(0)]
        photos.append({"file": file, "filter": name, "means": means, "rows": text(whole[ROWS])})

print(json.dumps({"pillow": PIL.__version__, "side": SIDE, "rows": ROWS, "small": small, "photos": photos}, indent=1))
