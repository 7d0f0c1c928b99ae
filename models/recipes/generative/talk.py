"""Words: the tokenizer of the generative family, what is asked and answered, and descriptions of what is seen and heard."""
import json
import re

import numpy as np

import eyes  # noqa: F401 -- finds the modules of the contrastive family
from words import ENDINGS, UNK, Pieces, vocabulary_of, words_of

SIGNS = ["[PAD]", "[UNK]", "<image>", "<audio>", "<answer>", "<end>"]
PAD, _, IMAGE, AUDIO, ANSWER, END = range(6)
NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SIDES = {"front": "ahead", "left": "on the left", "behind": "from behind", "right": "on the right"}
SOUNDS = {
    "voice": "a voice", "music": "music", "footsteps": "footsteps", "door": "a sliding door", "metal": "metal that falls",
    "ceramic": "ceramic that falls", "wood": "wood that falls",
}
CANNOT = "i cannot tell, "
UNSEEN, SILENT, DEAF, BLIND = (CANNOT + why for why in ("i do not see it.", "i hear nothing.", "i have no ears.", "i have no eyes."))
DESCRIBE = [
    "describe what you see and hear", "describe the view", "describe what is in front of you", "what is there", "what do you see and hear", "describe", "describe the scene",
    "tell me what you see", "tell me about what is around you", "what is in front of you", "what is in view", "give me a description", "report what you see and hear",
    "please describe the image", "say what is there", "list what you see", "what is going on here", "what is happening around you", "look around and tell me what there is",
    "name everything that you see", "which things do you see", "what things are here", "describe your surroundings", "tell me everything", "what does the scene show",
]
# What a thing is called whose class is not known, and what it is asked about as.
STRANGE_NAME, NO_WORD = "thing", "zzz"
HEARD = ("sound", "direction")


def said(text):
    return re.findall(r"[a-z0-9]+|[.,]", text.lower())


def vocabulary_for(folders):
    words = [w for w in vocabulary_of(folders, ["questions"])[4 + len(ENDINGS):] if not re.fullmatch(INVENTED + "s?", w)]
    more = {w for text in spoken() for w in words_of(text)}
    return SIGNS + ENDINGS + [".", ","] + sorted(set(words) | more)


def spoken():
    """Everything that answers and descriptions are made of, beside names of things and colours."""
    return [*NUMBERS, *SIDES, *SIDES.values(), *SOUNDS, *SOUNDS.values(), UNSEEN, SILENT, DEAF, BLIND, *DESCRIBE, "yes no nothing", STRANGE_NAME, "from left to right i see nothing, a an and the is the nearest."]


class Words(Pieces):
    def ids(self, text):
        return [i for word in said(text) for i in self.word(word)]

    def text(self, ids):
        out = ""
        for i in ids:
            piece = self.vocabulary[i]
            out += piece[2:] if piece.startswith("##") else piece if piece in ".," else f" {piece}"
        return out.strip()

    def files(self):
        """Contents of tokenizer.json and tokenizer_config.json."""
        special = [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, t in enumerate(SIGNS) if i != UNK]
        # A word that is not known is one all the same, and no sign.
        tokenizer, config = super().files()
        tokenizer["added_tokens"] = special
        tokenizer["post_processor"] = None
        template = (
            "{% for message in messages %}{{ '<audio>' }}{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
            "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] }}{% endfor %}{{ '<answer>' }}{% endfor %}"
        )
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]", "eos_token": "<end>",
            "clean_up_tokenization_spaces": True, "chat_template": template,
        }
        return tokenizer, config


def noun_of(thing):
    return f"{thing['colour']} {thing['label']}" if "colour" in thing else thing["label"]


def indefinite(noun):
    return ("an " if re.match(r"[aeio]|u[^n]|un[^i]|hour", noun) else "a ") + noun


def listed(names):
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# The rules of the simulator's words (docs/drivers/stills.md): share of the picture, share that nothing hides, m.
SHARE, VISIBLE, NEARER = 0.01, 0.5, 0.2


def description_of(truth, has_picture=True, has_sound=True):
    """What a still is described as: its things from left to right, which is the nearest, what is heard."""
    parts = []
    if has_picture:
        things = [t for t in truth["things"] if "box" in t and t["label"] != "table" and t["share"] >= SHARE and t["visible"] >= VISIBLE]
        things.sort(key=lambda t: t["box"][0] + t["box"][2])
        names = [indefinite(noun_of(t)) for t in things]
        parts.append(f"from left to right i see {listed(names)}." if names else "i see nothing.")
        away = sorted((np.hypot(*t["relative"][:2]), noun_of(t)) for t in things)
        if len(away) > 1 and away[1][0] - away[0][0] >= NEARER:
            parts.append(f"the {away[0][1]} is the nearest.")
    sound = truth.get("sound") if has_sound else None
    if sound:
        parts.append(f"i hear {SOUNDS[sound['label']]} {SIDES[sound['side']]}." if sound["label"] != "nothing" else "i hear nothing.")
    return " ".join(parts) or BLIND


def answer_of(question):
    """How a question is answered in words."""
    if question["answerable"]:
        return NUMBERS[int(question["answer"])] if question["form"] == "count" else question["answer"]
    if question["form"] in HEARD:
        return DEAF if question["why"] == "no sense" else SILENT
    return UNSEEN


def plural(name):
    """As the simulator has it (src/words/nouns.ts)."""
    if name in IRREGULAR:
        return IRREGULAR[name]
    if re.search(r"(s|x|ch|sh)$", name):
        return f"{name}es"
    return f"{name[:-1]}ies" if re.search(r"[^aeiou]y$", name) else f"{name}s"


IRREGULAR = {"fish": "fish", "person": "people", "shelf": "shelves"}
# What `simulate --invented` calls things of no class.
INVENTED = r"invented[0-9]+"


class Strangers:
    """Names for what the encoder was not shown: classes that were left out when it was trained, which it knows by what is said of them, and things of no class.

    Within a pair of stills each class that was left out takes the name of a class that is never trained, another one each time, so that such names are learned as what they stand for and not as what they
    look like; things of no class take a word that is not known.
    """

    def __init__(self, left_out, names, random):
        if len(left_out) > len(names):
            raise SystemExit(f"{len(left_out)} classes were left out, and there are {len(names)} names for them")
        self.names, self.random, self.left_out, self.called = names, random, list(left_out), {}
        known = sorted([*left_out, *(plural(name) for name in left_out)], key=len, reverse=True)
        self.single = {**{name: name for name in left_out}, **{plural(name): name for name in left_out}}
        self.pattern = re.compile(r"\b(an? )?(" + "|".join([INVENTED + "s?", *known]) + r")\b")

    def pair(self):
        """The next pair: other names. Which class has which."""
        self.called = dict(zip(self.left_out, (self.names[i] for i in self.random.permutation(len(self.names)))))
        return self.called

    def told(self, text):
        """With those names instead; nothing where it speaks of two things of no class."""
        strange = set()
        def other(found):
            article, word = found.groups()
            single = self.single.get(word, word.rstrip("s") if word.startswith("invented") else word)
            if single not in self.called:
                strange.add(single)
            name = self.called.get(single, NO_WORD)
            if word != single:
                return (article or "") + plural(name)
            return indefinite(name) if article else name
        text = self.pattern.sub(other, text)
        return None if len(strange) > 1 else text

    def described(self, truth, sure):
        """What is in view: what is not known, or of which (`sure`: ids) the encoder is not, as a thing."""
        name = lambda t: self.called[t["label"]] if t["label"] in self.called and t["id"] in sure else STRANGE_NAME
        is_one = lambda t: t["label"] in self.called or t["label"].startswith("invented")
        return {**truth, "things": [{**t, "label": name(t)} if is_one(t) else t for t in truth["things"]]}


FORMS = ["existence", "count", "colour", "comparison", "relation", "sound", "direction", "describe", "described in a mirror", "described blind"]
LENGTH = 96


def rows_of(folder, vocabulary, left_out, sure, seed=1):
    """Questions and descriptions of a folder as arrays: tokens with the answer's [rows, length], those of the question, still, form (of `FORMS`), whether it
    has an answer, whether a sense is missing, whether it is about what is not known; and for each still which class that was left out has which name.

    `left_out`: for each still the classes that the encoder was not shown, the same for both of a pair; `sure`: the things (ids) of these that are called by their names.
    """
    random = np.random.default_rng(seed)
    pieces = Words(vocabulary)
    described = json.load(open(f"{folder}/dataset.json"))
    all_strangers = {its: Strangers(its, described["heldOut"]["classes"], random) for its in set(left_out)}
    truths = [json.loads(line) for line in open(f"{folder}/stills.jsonl")]
    questions = [[] for _ in truths]
    for line in open(f"{folder}/questions.jsonl"):
        its = json.loads(line)
        questions[its["still"]].append(its)
    ids, facts, called = [], [], []
    def add(question, answer, *its):
        row = [*question, ANSWER, *answer, END]
        if len(row) <= LENGTH:
            ids.append(row)
            facts.append((len(question), *its))
    for first in range(0, len(truths), 2):
        strangers = all_strangers[left_out[first]]
        called += [strangers.pair()] * 2
        for still in (first, first + 1):
            for its in questions[still]:
                text = strangers.told(its["text"])
                if text is None:
                    continue
                answer = pieces.ids(answer_of(its))
                add(pieces.ids(" ".join(words_of(text))), answer, still, FORMS.index(its["form"]), its["answerable"], its.get("why") == "no sense", text != its["text"])
            truth = strangers.described(truths[still], sure[still])
            for form, text in (("describe", description_of(truth)), ("described in a mirror", description_of(mirror(truth))), ("described blind", description_of(truth, has_picture=False))):
                how = pieces.ids(DESCRIBE[random.integers(len(DESCRIBE))])
                add(how, pieces.ids(text), still, FORMS.index(form), True, False, False)
    out = np.full((len(ids), LENGTH), PAD, np.int16)
    for i, row in enumerate(ids):
        out[i, : len(row)] = row
    return out, np.array(facts, np.int32), called


def mirror(truth):
    out = json.loads(json.dumps(truth))
    for t in out["things"]:
        if "box" in t:
            left, top, right, bottom = t["box"]
            t["box"] = [160 - right, top, 160 - left, bottom]
    sound = out.get("sound")
    if sound and sound.get("side") in ("left", "right"):
        sound["side"] = {"left": "right", "right": "left"}[sound["side"]]
    return out


SOUND_NAMES = ["voice", "music", "footsteps", "door", "metal", "ceramic", "wood", "nothing"]
SIDE_NAMES = ["front", "left", "behind", "right"]


def heard_of(folder):
    """What there is to be heard, as chances of sounds and of sides. Rows of zeros: nothing can be heard.

    The encoder of sounds is trained by itself, so this stands in for it, and is blurred as its chances are.
    """
    truths = [json.loads(line) for line in open(f"{folder}/stills.jsonl")]
    out = np.zeros((len(truths), len(SOUND_NAMES) + len(SIDE_NAMES)), np.float32)
    for i, truth in enumerate(truths):
        its = truth.get("sound")
        if its:
            out[i, SOUND_NAMES.index(its["label"])] = 1
            out[i, len(SOUND_NAMES) :] = np.eye(len(SIDE_NAMES))[SIDE_NAMES.index(its["side"])] if "side" in its else 1 / len(SIDE_NAMES)
    return out
