import { budgetAlone, openDescriber } from '../hub/index.ts';
import { modelFolder } from '../inference/index.ts';
import { answeringOptions, tellAnswer, type AnsweringOptions } from './answer.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
The model writes captions (ViT and GPT-2: vision-encoder-decoder), one picture at a time, or answers questions ("sensorium ask --help" says which) and
is asked to describe what it sees and, with --sound, hears. A running daemon describes what its robot senses: "sensorium command describe".

Examples:
  sensorium models pull Xenova/vit-gpt2-image-captioning
  sensorium describe --image table.jpg --model Xenova/vit-gpt2-image-captioning
  sensorium describe --image view.png --sound clip.wav --model simulated-answers --json
  sensorium describe --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

/** `sensorium describe`: what pictures show. */
export const describe: Verb = (program, context) => {
  const verb = program.command('describe').description('say what pictures show').addHelpText('after', EXAMPLES);
  answeringOptions(verb).action((options: AnsweringOptions) => {
    const { model, threads, publicAddress, sound } = options;
    const how = { threads, budget: budgetAlone(), isPublicAllowed: publicAddress === true };
    const question = `describe what you see${sound === undefined ? '' : ' and hear'}`;
    return tellAnswer(question, options, context, () => openDescriber(modelFolder(), model, how));
  });
};
