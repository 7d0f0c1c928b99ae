import { prototypeOf, sortOf, TAUGHT_FROM, type Sought } from '../../contract/index.ts';
import { rounded } from './rounded.ts';

/** Something that is seen, with what the model sees there by itself; `undefined`: nothing. */
interface Seen {
  readonly label: string;
  readonly example?: Sought;
}

/** Counts what the daemon makes of the lessons: by the things that the model sees by itself, and by the daemon's threshold. */
export class ByThings {
  #asked = 0;
  #right = 0;
  #wrong = 0;
  #strangers = 0;
  #taken = 0;

  /** @param examples of each class, whatever was seen of them @param strangers things of classes that were not taught */
  lesson(examples: readonly (readonly Seen[])[], asked: readonly Seen[], strangers: readonly Seen[]): void {
    const sorts = examples.flatMap((all) => {
      const seen = all.flatMap(({ example }) => example ?? []);
      return seen.length === 0 ? [] : [{ label: all[0].label, sought: prototypeOf(seen) }];
    });
    if (sorts.length === 0) return;
    const takenFor = ({ example }: Seen): string | undefined => example && sortOf(example, sorts)?.sort.label;
    this.#asked += asked.length;
    this.#right += asked.filter((one) => takenFor(one) === one.label).length;
    this.#wrong += asked.filter((one) => ![one.label, undefined].includes(takenFor(one))).length;
    this.#strangers += strangers.length;
    this.#taken += strangers.filter((one) => takenFor(one) !== undefined).length;
  }

  /** Shares in %, and the threshold; none, where nothing was seen by itself in any lesson. */
  figures(): Readonly<Record<string, number>> {
    if (this.#asked === 0) return {};
    const share = (some: number, all: number): number => rounded((100 * some) / all);
    return {
      'threshold of the daemon': TAUGHT_FROM,
      'by things that it sees: known, %': share(this.#right, this.#asked),
      'taken for another, %': share(this.#wrong, this.#asked),
      'strangers taken for a taught one, %': share(this.#taken, this.#strangers),
    };
  }
}
