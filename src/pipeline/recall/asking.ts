import { unpackEmbedding, type EffectRequest, type Sought } from '../../contract/index.ts';
import type { Stamp } from '../../frame/index.ts';
import { isEmbeddingAnswer, type PerceptionConfig } from '../../perception/index.ts';
import type { RecallLimits } from '../config.ts';
import { failureOf } from '../failure.ts';
import type { Questions } from '../questions.ts';
import type { ReplyWith } from '../turns.ts';
import type { Subject } from './arguments.ts';

/** What is looked for. */
export interface Target {
  readonly name: string;
  readonly sought: Sought;
  readonly encoder: string;
  readonly unknownWords: readonly string[];
  /** Examples that taught it. */
  readonly examples?: number;
}

/** Who asks an encoder and the memory on behalf of a command, and refuses it where they give no answer. */
export interface AskingOptions {
  readonly embeddings: PerceptionConfig['embeddings'];
  readonly recall: RecallLimits;
  readonly questions: Questions;
  /** What a name was taught as. */
  readonly taught: (words: string) => Target | undefined;
}

/** Asks an encoder where words lie. */
export function seek<Full>(
  { embeddings, questions, taught }: AskingOptions,
  subject: Subject,
  { id, at }: { readonly id: string; readonly at: Stamp },
  done: ReplyWith<Full>,
  then: (target: Target, now: Stamp) => void,
): void {
  if ('example' in subject) return then({ name: subject.example, unknownWords: [], ...subject }, at);
  const { words } = subject;
  const known = taught(words);
  if (known !== undefined) return then(known, at);
  const [its] = Object.values(embeddings);
  if (its === undefined) return done('refused', 'no model: perception.embeddings names none');
  const { model, deadlineMs } = its;
  questions.ask({ id: `${id}/words`, model, at, task: 'embedWords', words }, deadlineMs, (outcome, now) => {
    const why = failureOf(outcome);
    if (why !== undefined) return done('refused', `${model} gave no answer: ${why.what}`);
    const output = outcome.status === 'done' ? outcome.output : undefined;
    const embedding = isEmbeddingAnswer(output) ? unpackEmbedding(output.embedding) : undefined;
    if (!isEmbeddingAnswer(output) || embedding === undefined) return done('refused', `${model} gave no embedding`);
    const { sha256: encoder, unknown = [] } = output;
    then({ name: words, sought: { embedding }, encoder, unknownWords: unknown }, now);
  });
}

/** Asks the memory. */
export function askMemory<Found, Full>(
  { recall, questions }: Pick<AskingOptions, 'recall' | 'questions'>,
  request: EffectRequest,
  isFound: (output: unknown) => output is Found,
  done: ReplyWith<Full>,
  then: (found: Found, now: Stamp) => void,
): void {
  questions.ask(request, recall.deadlineMs, (outcome, now) => {
    const why = failureOf(outcome);
    if (why?.reason === 'refused') return done('refused', `the memory refuses: ${why.what}`);
    if (why !== undefined) return done('refused', `the memory gave no answer: ${why.what}`);
    if (outcome.status === 'done' && isFound(outcome.output)) return then(outcome.output, now);
    done('refused', 'the memory gave no answer that is one');
  });
}
