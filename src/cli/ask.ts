import { openAnswerer } from '../hub/index.ts';
import { answeringOptions, tell, type AnsweringOptions } from './answer.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = `
Without --model a running daemon is asked about what it sees and hears now: docs/vision-language.md.

The model answers questions about pictures (LLaVA-OneVision, SmolVLM, Qwen2-VL): owner/name of a hub that "sensorium models pull" has
brought, or a folder that begins with / or . and, behind a colon, its precision (q8 unless said otherwise). Or a server with the OpenAI chat
interface (llama.cpp, vLLM) on this machine or a private network: its address, and behind # the model's name there. The answer is the
likeliest one, token by token; on a terminal it is shown as it is said. Ctrl-C calls it off.
simulated-answers, which comes along and knows the simulated world and no other, hears besides: the last second of a WAV file of four
microphones (16-bit PCM, 16 kHz). simulated-clips takes two seconds: five pictures, the oldest first, and as much sound. Where a sense is missing
that a question is about, it cannot tell. Words that a model of ours does not know are named.

Examples:
  sensorium ask "is there a person in view?"
  sensorium models pull HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "What is on the table?" --image table.jpg --model HuggingFaceTB/SmolVLM-256M-Instruct
  sensorium ask "Which is larger?" --image a.jpg --image b.jpg --model ./my-model:fp32 --json
  sensorium ask "what do you hear?" --image view.png --sound clip.wav --model simulated-answers
  sensorium ask "does a door slide?" --image 1.png --image 2.png --image 3.png --image 4.png --image 5.png --model simulated-clips
  sensorium ask "What is this?" --image part.png --model "http://127.0.0.1:8080/v1#llava" --within 20s`;

/** `sensorium ask`: a question about what is seen and heard. */
export const ask: Verb = (program, context) => {
  const verb = program
    .command('ask')
    .description('ask a running daemon about what it senses, or a model about pictures and a sound')
    .argument('<question>')
    .addHelpText('after', EXAMPLES);
  answeringOptions(verb).action((question: string, options: AnsweringOptions) =>
    tell({ question, verb: 'ask', args: { question } }, options, context, openAnswerer),
  );
};
