import { isThresholdAnswer, packEmbedding, TAUGHT_FROM, type Command } from '../../contract/index.ts';
import { NS_PER_SECOND, type InputNumber, type Stamp } from '../../frame/index.ts';
import type { RecallLimits } from '../config.ts';
import { Wrong, type ReplyWith, type Turns } from '../turns.ts';
import { nameOf, numberOf, plainName, subjectOf, topicOf } from './arguments.ts';
import { askMemory, seek, type AskingOptions, type Target } from './asking.ts';
import { exampleCount, quoted, type Answer } from './found.ts';
import { known } from './known.ts';
import type { Lessons, Live } from './lessons.ts';
import { Watches, type Sighting } from './watches.ts';

/** What watching needs. */
export interface WatchingOptions {
  readonly recall: RecallLimits;
  readonly turns: Turns;
  readonly asking: AskingOptions;
  readonly lessons: Pick<Lessons, 'isReady' | 'isTaught' | 'targetOf'>;
  /** Unix time, µs. */
  readonly unixOf: (stamp: Stamp) => number;
  /** Time of the latest input: what waited for its turn begins then. */
  readonly now: () => Stamp;
  readonly sighted: (sighting: Sighting) => void;
}

/** From which similarity on something is told. */
interface Threshold {
  readonly least: number;
  /** How it was found, for the reply. */
  readonly why: string;
}

/** After so long a watch of the configuration that could not begin is tried again, ns: the encoder may still be loading. */
const AGAIN = 10 * NS_PER_SECOND;
/** Of a watch of the configuration for words without a threshold; what was taught counts from {@link TAUGHT_FROM} on. */
const BY_WORDS = 0.5;

/** The commands `watch` and `unwatch`, and the watches of the configuration. */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #watches: Watches;
  /** Watches of the configuration that have not begun, and when the next is due. */
  readonly #toBegin: [name: string, its: RecallLimits['watches'][string]][];
  #due = 0;

  constructor(options: WatchingOptions) {
    this.#options = options;
    this.#toBegin = Object.entries(options.recall.watches);
    this.#watches = new Watches(options.unixOf, options.sighted);
  }

  names(): string[] {
    return this.#watches.names();
  }

  /** A view that may show what is watched for. */
  see(view: Live): void {
    this.#watches.see(view);
  }

  tick(now: Stamp): void {
    if (this.#toBegin.length === 0 || now < this.#due || !this.#options.lessons.isReady) return;
    const [[name, { words, threshold }]] = this.#toBegin;
    this.#due = Infinity;
    const standard = this.#options.lessons.isTaught(plainName(words)) ? TAUGHT_FROM : BY_WORDS;
    this.#watch({ words, name, threshold: threshold ?? standard }, `of/${name}`, (status) => {
      if (status === 'done') this.#toBegin.shift();
      this.#due = status === 'done' ? 0 : this.#options.now() + AGAIN;
    });
  }

  /** `watch`: tells from now on when something comes into view. */
  begin({ args }: Command, input: InputNumber, reply: ReplyWith<Answer>): void {
    this.#watch(args, String(input), reply);
  }

  /** `unwatch`: ends a watch. */
  end({ args: { name } }: Command, reply: ReplyWith<Answer>): void {
    const all = this.#watches.names().join(', ') || 'none';
    if (typeof name === 'string' && this.#watches.end(name)) return reply('done', `${name} watches no longer`);
    reply('refused', `name: expected one of ${all}; got ${JSON.stringify(name) ?? 'nothing'}`);
  }

  /** A name has been taught: watches for it go by all its examples. @returns those that go by the word, still */
  taught(name: string): readonly string[] {
    const target = this.#options.lessons.targetOf(name);
    return target === undefined ? [] : this.#watches.follow(target, (words) => plainName(words) === name);
  }

  /** Ends the watches for what was taught and is forgotten. */
  forget(): void {
    this.#watches.forget((words) => this.#options.lessons.isTaught(plainName(words)));
  }

  #watch(args: Command['args'], id: string, reply: ReplyWith<Answer>): void {
    const { asking, lessons, recall, turns } = this.#options;
    turns.take('watch', reply, () => {
      const subject = subjectOf(args);
      const sort = 'words' in subject ? plainName(subject.words) : '';
      const name = nameOf(args, (lessons.isTaught(sort) ? topicOf(sort) : undefined) ?? `watch-${id}`);
      const perHour = numberOf(args, 'perHour', 0.001, 100, 1);
      const threshold = args['threshold'] === undefined ? undefined : numberOf(args, 'threshold', -1, 1, 0);
      if (!this.#watches.hasRoomFor(name)) throw new Wrong('too many watches: "unwatch" one of them');
      const isPromised = args['perHour'] !== undefined;
      if (threshold === undefined && recall.path === undefined && (isPromised || !lessons.isTaught(sort))) {
        throw new Wrong('threshold: expected a number where nothing is remembered, got nothing');
      }
      return (done) =>
        seek(asking, subject, { id: `watch/${id}`, at: this.#options.now() }, done, (target, at) => {
          const begin = ({ least, why }: Threshold): void => {
            const { sought, encoder, unknownWords, examples, name: words } = target;
            this.#watches.begin({ name, words, encoder, sought, isTaught: examples !== undefined, threshold: least });
            const strange = unknownWords.length === 0 ? '' : `; unknown to the model: ${unknownWords.join(', ')}`;
            const by = examples === undefined ? '' : `, taught by ${exampleCount(examples)}`;
            done('done', `${name} watches for ${words}${by}, from similarity ${least.toFixed(4)} on${why}${strange}`);
          };
          if (threshold !== undefined) return begin({ least: threshold, why: '' });
          const refused: ReplyWith<Answer> = (status, what) => {
            const its = isPromised ? undefined : ofTaught(target, what);
            if (its === undefined) done(status, what);
            else begin(its);
          };
          this.#calibrate(target, perHour, { id, at }, refused, begin);
        });
    });
  }

  /** The threshold that the memory finds for so many false alarms an hour. */
  #calibrate(
    { sought, encoder }: Target,
    perHour: number,
    { id, at }: { readonly id: string; readonly at: Stamp },
    refused: ReplyWith<Answer>,
    then: (threshold: Threshold) => void,
  ): void {
    if (this.#options.recall.path === undefined) return refused('refused', 'nothing is remembered');
    const kind = sought.kind && packEmbedding(sought.kind);
    const query = { embedding: packEmbedding(sought.embedding), ...known({ kind }), encoder, perHour };
    const request = { id: `watch/${id}/threshold`, model: 'memory', at, task: 'threshold', query } as const;
    askMemory(this.#options.asking, request, isThresholdAnswer, refused, ({ threshold, hours }) => {
      // More than a thing can be like what is sought: what is remembered shows it, or is too little to tell.
      const never = threshold > 1 ? ', which nothing reaches: give a threshold, or a --log without the thing' : '';
      then({ least: threshold, why: `: ${perHour} false alarms an hour, by ${hours.toFixed(2)} h of memory${never}` });
    });
  }
}

/**
 * From which similarity on a thing counts as what was taught, where the memory cannot tell the rate of false alarms, and none was asked for.
 * @returns `undefined` for words, and where the encoder does not tell sorts of things: nothing is known of such a threshold
 */
function ofTaught({ name, sought, examples }: Target, why: string): Threshold | undefined {
  if (examples === undefined || sought.kind === undefined) return undefined;
  const what = `from there on a thing counts as ${quoted(name)}; how many false alarms an hour that makes is not known: ${why}`;
  return { least: TAUGHT_FROM, why: `: ${what}` };
}
