import { openDescriber } from '../hub/index.ts';
import { answeringOptions, tell, type AnsweringOptions } from './answer.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Without --model a running daemon describes what it senses now: docs/vision-language.md.

The model writes captions (ViT and GPT-2: vision-encoder-decoder), one picture at a time, or answers questions ("sensorium ask --help" says which) and
is asked to describe what it sees and, with --sound, hears.

Examples:
  sensorium describe
  sensorium models pull Xenova/vit-gpt2-image-captioning
  sensorium describe --image table.jpg --model Xenova/vit-gpt2-image-captioning
  sensorium describe --image view.png --sound clip.wav --model simulated-answers --json
  sensorium describe --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

/** `sensorium describe`: what pictures show. */
export const describe: Verb = (program, context) => {
  const verb = program
    .command('describe')
    .description('say what a running daemon senses, or what pictures show and a sound is')
    .addHelpText('after', EXAMPLES);
  answeringOptions(verb).action((options: AnsweringOptions) => {
    const question = `describe what you see${options.sound === undefined ? '' : ' and hear'}`;
    return tell({ question, verb: 'describe', args: {} }, options, context, openDescriber);
  });
};
