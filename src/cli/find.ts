import { InvalidArgumentError } from 'commander';
import { SensoriumError } from '../contract/index.ts';
import { OWN_MODEL } from '../evaluate/vision-language/index.ts';
import { duration, share, whole } from './arguments.ts';
import { askDaemon, askingOptions, tellReply, type AskingOptions } from './asking.ts';
import { findRemembered } from './find/memory.ts';
import { findBoxes } from './find/boxes.ts';
import { findPictures } from './find/pictures.ts';
import { abilityOf, soundsFor } from './find/sense.ts';
import { findSounds } from './find/sounds.ts';
import type { Wanted } from './find/wanted.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Without --in and --memory a running daemon is asked what it sees, and what it remembers: docs/recall.md.

The model is a dual encoder (CLIP, SigLIP): owner/name of a hub that "sensorium models pull" has brought, or a folder that begins with /
or . and, behind a colon, its precision (q8 unless said otherwise). The one that comes along, "simulated", needs no download
and knows the simulated world, and no other. Similarity is the cosine of the embeddings: it ranks
pictures, and says nothing of how sure the model is.

By --example, pictures are ranked by how much they look like it; of several, like what they have in common. That takes a dual encoder, or a
model that knows pictures and no words: mobilenet-v1-embedding, which "sensorium models pull" brings (3 MB), knows photographs.

Where --in has sounds (WAV of 16-bit PCM) and no pictures, or the model knows no pictures (CLAP), sounds are ranked instead, each by what
the model hears at once of it that fits best: --json and the table tell where that begins, s. CLAP takes any rate and the mean of all channels;
"simulated" hears a second of four microphones, and knows the sounds of the simulated world. By --example sounds are ranked by sounds.

With a model that draws boxes (OWLv2), things are found in the pictures of --in, and not pictures: several with commas between them, each
with its box (left, top, right, bottom in pixels) and a score from --least on; --out writes the pictures with their boxes.

Examples:
  sensorium find "a red mug and two books" --in pictures-of-the-simulator
  sensorium find "a red mug"
  sensorium find "a red mug" --since 10m --near 2,1,3
  sensorium find "a red mug" --memory /var/lib/sensorium/memory --model Xenova/clip-vit-base-patch32
  sensorium models pull Xenova/clip-vit-base-patch32
  sensorium find "a red mug" --in pictures --model Xenova/clip-vit-base-patch32
  sensorium find "a dog" --in pictures --model ./my-clip:fp32 --top 3 --json
  sensorium find --example part-1.jpg --example part-2.jpg --in photos --model mobilenet-v1-embedding
  sensorium find "a dog barks" --in recordings --model Xenova/clap-htsat-unfused
  sensorium find "an alarm to the left" --in clips-of-the-simulator
  sensorium find --example bark.wav --in recordings --model Xenova/clap-htsat-unfused --json
  sensorium find "a red mug, a book" --in pictures --model google/owlv2-base-patch16-ensemble --out boxes`;

interface Options extends AskingOptions {
  readonly example: readonly string[];
  readonly in?: string;
  readonly memory?: string;
  readonly model: string;
  readonly since?: number;
  readonly near?: readonly number[];
  readonly top: number;
  readonly least: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** `sensorium find`: what shows what the words say, in pictures or sounds, in a memory, or in what a running daemon sees. */
export const find: Verb = (program, context) => {
  const verb = program
    .command('find')
    .description(
      'find by words or examples: in what a daemon sees and remembers, or in the pictures or sounds of a folder',
    )
    .argument('[words]')
    .option(
      '--example <file>',
      'of --in and --memory, what is looked for; may be given several times',
      (file, all: readonly string[]) => [...all, file],
      [],
    )
    .option('--in <folder>', 'folder of pictures (JPEG, PNG, WebP) or of sounds (WAV)')
    .option('--memory <folder>', 'folder of a memory (recall.path)')
    .option('--model <model>', 'of --in and --memory, an encoder: its name or a path, and :precision', OWN_MODEL)
    .option('--since <time>', 'nothing older than that: 10m, 2h', duration)
    .option('--near <x,y,r>', 'nothing farther than r m from x, y (x, y, z) in the map', nearOf)
    .option('--top <count>', 'how many to tell', whole, 10)
    .option('--least <score>', 'of a model that draws boxes, the least score, 0..1', share, 0.1)
    .option('--out <folder>', 'of a model that draws boxes, where to write the pictures with boxes')
    .option('--json', 'one JSON object')
    .addHelpText('after', EXAMPLES);
  askingOptions(verb, 10).action((words: string | undefined, options: Options) => search(words, options, context));
};

async function search(words: string | undefined, options: Options, context: CliContext): Promise<void> {
  const { in: folder, memory, example: examples, model, since, near, top } = options;
  const json = options.json === true;
  if (folder !== undefined && memory !== undefined) {
    throw new SensoriumError('E_USAGE', '--in and --memory exclude each other');
  }
  if ((words === undefined) === (examples.length === 0)) {
    throw new SensoriumError('E_USAGE', 'expected words, or --example with pictures or sounds');
  }
  const wanted: Wanted = words === undefined ? { examples } : { words };
  const ability = folder === undefined ? undefined : await abilityOf(model, context.models);
  if (folder !== undefined && ability?.kind === 'boxes') {
    if (words === undefined)
      throw new SensoriumError('E_USAGE', 'expected words: it finds what words say', { path: '--model' });
    const { least, out } = options;
    return findBoxes(words, { folder, model, top, least, out, json }, context);
  }
  if (options.out !== undefined) {
    throw new SensoriumError('E_USAGE', 'expected --in, and a model that draws boxes', { path: '--out' });
  }
  if (folder !== undefined) {
    const search = { folder, model, top, json };
    const sounds = await soundsFor(wanted, folder, model, ability, context.err);
    return sounds === undefined ? findPictures(wanted, search, context) : findSounds(wanted, sounds, search, context);
  }
  if (memory !== undefined) {
    return findRemembered(wanted, { memory, model, top, since, near, json }, context);
  }
  if (words === undefined) throw new SensoriumError('E_USAGE', 'expected --in or --memory with --example');
  const reply = await askDaemon('find', { words, since, near, top }, options);
  tellReply(reply, json, context);
}

/** Parses `x,y,r` or `x,y,z,r`. */
function nearOf(text: string): readonly number[] {
  const numbers = text.split(',').map(Number);
  const isWhole = (numbers.length === 3 || numbers.length === 4) && numbers.every(Number.isFinite);
  if (isWhole && numbers[numbers.length - 1] > 0) return numbers;
  throw new InvalidArgumentError('expected x,y,radius or x,y,z,radius in m, such as 2,1,3');
}
