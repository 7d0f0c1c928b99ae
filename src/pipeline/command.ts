import { showValue, type Command } from '../contract/index.ts';
import type { InputNumber, Stamp } from '../frame/index.ts';
import type { Decisions } from './decide.ts';
import type { ImaginedReport, SaidReport } from '../publish/index.ts';
import type { Answering } from './answer/index.ts';
import type { Imagining, Progress } from './imagine/index.ts';
import type { Answer, Lesson, Recollection } from './recall/index.ts';
import type { ReplyWith } from './turns.ts';

/** What became of a command. */
export interface Reply {
  /** As the command has it; tells whose answer this is. */
  readonly id: string | undefined;
  readonly verb: string;
  readonly status: 'done' | 'refused';
  /** Why it is refused, or what it came to. */
  readonly what: string;
  /** In full, where it tells what was found. */
  readonly answer?: Answer;
  /** In full, where it answers a question. */
  readonly said?: SaidReport;
  /** In full, where it tells what was taught. */
  readonly lesson?: Lesson;
  /** The picture, where one was imagined. */
  readonly imagined?: ImaginedReport;
  /** In full, where it tells how near a goal is. */
  readonly progress?: Progress;
}

/** What replies have in full. */
type Full = Pick<Reply, 'answer' | 'said' | 'lesson' | 'imagined' | 'progress'>;

/** What each verb takes, beside the `id`. What is mistyped would be passed over otherwise, as if it had not been said. */
const SOUGHT = ['words', 'embedding', 'kind', 'encoder', 'example'];
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  unplug: ['stream'],
  plug: ['stream'],
  head: ['head', 'model'],
  find: [...SOUGHT, 'since', 'near', 'top'],
  forget: ['ids', 'from', 'to', 'last', 'all', 'taught', ...SOUGHT, 'similarity'],
  watch: ['name', ...SOUGHT, 'perHour', 'threshold'],
  unwatch: ['name'],
  ask: ['question'],
  describe: [],
  teach: ['name', 'which', 'box', 'direction', 'stream', 'picture', 'examples', 'encoder'],
  taught: ['name'],
  imagine: ['words', 'seed'],
  progress: ['goal', 'picture', 'seed'],
};

/** Carries out commands: what is asked for, not by whom. Every command gets one reply, at once or when it is known. */
export type Obey = (command: Command, input: InputNumber, now: Stamp) => void;

/** The stages that commands are for. */
export interface Obeying {
  readonly decisions: Decisions;
  readonly recollection: Recollection;
  readonly answering: Answering;
  readonly imagining: Imagining;
}

/** Makes it. @param reply takes the replies */
export function createCommands(
  { decisions, recollection, answering, imagining }: Obeying,
  reply: (reply: Reply) => void,
): Obey {
  const verbs: Readonly<Record<string, (command: Command, input: InputNumber, now: Stamp) => void>> = {
    unplug: (command) => switchStream(command, true),
    plug: (command) => switchStream(command, false),
    head: useModel,
    find: (command, input, now) => recollection.find(command, input, now, full(command, 'answer')),
    forget: (command, input, now) => recollection.forget(command, input, now, full(command, 'answer')),
    watch: (command, input, now) => recollection.watch(command, input, now, full(command, 'answer')),
    unwatch: (command) => recollection.watching.end(command, full(command, 'answer')),
    ask: (command, input, now) => answering.ask(command, input, now, full(command, 'said')),
    describe: (command, input, now) => answering.describe(input, now, full(command, 'said')),
    teach: (command, input, now) => recollection.lessons.teach(command, input, now, full(command, 'lesson')),
    taught: (command) => recollection.lessons.list(command, full(command, 'lesson')),
    imagine: (command, input, now) => imagining.imagine(command, input, now, full(command, 'imagined')),
    progress: (command, input, now) => imagining.progress(command, input, now, full(command, 'progress')),
  };

  function answer({ verb, args }: Command, status: Reply['status'], what: string, its?: Full): void {
    const { id } = args;
    reply({ id: typeof id === 'string' ? id : undefined, verb, status, what, ...its });
  }

  /** Replies to a command, with what it came to in full under a key. */
  function full<Key extends keyof Full>(command: Command, key: Key): ReplyWith<NonNullable<Full[Key]>> {
    return (status, what, its) => answer(command, status, what, its && { [key]: its });
  }

  function switchStream(command: Command, isOff: boolean): void {
    const { stream } = command.args;
    if (typeof stream !== 'string' || !decisions.streams.has(stream)) {
      const known = [...decisions.streams].join(', ') || 'none: there is no head';
      return answer(command, 'refused', `stream: expected one of ${known}; got ${showValue(stream)}`);
    }
    if (isOff) decisions.unplug(stream);
    else decisions.plug(stream);
    answer(command, 'done', `unplugged now: ${[...decisions.unplugged].join(', ') || 'none'}`);
  }

  function useModel(command: Command, input: InputNumber, now: Stamp): void {
    const { head, model } = command.args;
    if (typeof model !== 'string' || model === '') {
      return answer(command, 'refused', `model: expected a folder or a name, got ${showValue(model)}`);
    }
    const isKnown =
      typeof head === 'string' &&
      decisions.use(head, model, input, now, (swapped) => {
        if ('refused' in swapped) answer(command, 'refused', swapped.refused);
        else answer(command, 'done', `${head} is decided by ${model} (${swapped.modelHash.slice(0, 12)})`);
      });
    if (isKnown) return;
    const known = decisions.heads.map((one) => one.head).join(', ') || 'none';
    answer(command, 'refused', `head: expected one of ${known}; got ${showValue(head)}`);
  }

  return (command, input, now) => {
    const { verb, args } = command;
    if (Object.hasOwn(verbs, verb)) {
      const known = ['id', ...PARAMETERS[verb]];
      const strange = Object.keys(args).find((key) => !known.includes(key));
      if (strange === undefined) return verbs[verb](command, input, now);
      return answer(command, 'refused', `${showValue(strange)}: no such parameter; ${verb} takes ${known.join(', ')}`);
    }
    answer(command, 'refused', `expected one of ${Object.keys(verbs).join(', ')}; got ${showValue(verb)}`);
  };
}
