import type { MessageDefinition, MessageDefinitionField } from '@foxglove/message-definition';
import { NUMBER_BYTES } from './serialize.ts';

/** Bytes of what has a fixed size. */
const SIZES: Readonly<Record<string, number>> = { ...NUMBER_BYTES, time: 8, duration: 8 };
const HALVES: readonly string[] = ['time', 'duration'];
/** CDR as ROS 2 writes it: an encapsulation of plain version 1, big or little endian. */
const PLAIN_CDR: readonly number[] = [0, 1];
const CDR_HEAD = 4;
/** As objects, messages in a list are many times as large as their bytes. */
const MOST_MESSAGES = 1_000_000;

/**
 * Readers of messages believe the lengths of lists and allocate them before they look. This looks first: it walks over a
 * message by its definition. Bytes and texts are views of what surrounds the message: they must not reach beyond it either.
 * Messages of one size need no look: `undefined` for them.
 * @returns throws an Error for a message whose lists claim more than there is
 */
export function sizeCheck(
  definitions: readonly MessageDefinition[],
  format: 'ros1' | 'cdr',
): ((data: Uint8Array) => void) | undefined {
  const byName = new Map(definitions.map((definition) => [definition.name ?? '', definition.definitions]));
  const root = definitions.find(({ definitions: fields }) => fields.some(isData) || fields.length === 0);
  if (root === undefined || !hasLengths(root.definitions, byName, [])) return undefined;
  return (data) => {
    const walk = new Walk(data, format === 'cdr');
    walk.message(root.definitions, byName);
  };
}

const isData = ({ isConstant }: MessageDefinitionField): boolean => isConstant !== true;

type Fields = readonly MessageDefinitionField[];

/** Whether there are lists or texts whose length the message says. */
function hasLengths(fields: Fields, byName: ReadonlyMap<string, Fields>, within: readonly string[]): boolean {
  return fields.filter(isData).some(({ type, isArray, isComplex, arrayLength }) => {
    if ((isArray === true && arrayLength === undefined) || type === 'string' || type === 'wstring') return true;
    if (isComplex !== true) return false;
    if (within.includes(type)) throw new Error(`${type} holds itself`);
    return hasLengths(byName.get(type) ?? [], byName, [...within, type]);
  });
}

class Walk {
  readonly #view: DataView;
  readonly #isCdr: boolean;
  readonly #little: boolean;
  #at = 0;

  constructor(data: Uint8Array, isCdr: boolean) {
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#isCdr = isCdr;
    const kind = isCdr && data.byteLength >= CDR_HEAD ? data[1] : 1;
    if (!PLAIN_CDR.includes(kind)) throw new Error(`CDR of kind ${kind}: not read`);
    this.#little = kind === 1;
    if (isCdr) this.#at = CDR_HEAD;
  }

  message(fields: Fields, byName: ReadonlyMap<string, Fields>): void {
    const data = fields.filter(isData);
    if (data.length === 0 && this.#isCdr) this.#skip(1);
    for (const { type, isArray, isComplex, arrayLength } of data) {
      const many = isArray === true ? (arrayLength ?? this.#length()) : 1;
      if (isComplex === true) {
        const of = byName.get(type);
        if (of === undefined) throw new Error(`no definition of ${type}`);
        if (many > MOST_MESSAGES) this.#refuse(many);
        for (let i = 0; i < many; i += 1) this.message(of, byName);
      } else if (type === 'string' || type === 'wstring') {
        if (many > this.#left()) this.#refuse(many);
        for (let i = 0; i < many; i += 1) this.#skip(this.#length());
      } else {
        const size = SIZES[type];
        if (size === undefined) throw new Error(`no type ${type}`);
        if (many === 0) continue;
        this.#align(HALVES.includes(type) ? 4 : size);
        if (many * size > this.#left()) this.#refuse(many);
        this.#skip(many * size);
      }
    }
  }

  #left(): number {
    return this.#view.byteLength - this.#at;
  }

  #refuse(many: number): never {
    throw new Error(`a list claims ${many} elements, ${Math.max(0, this.#left())} bytes are left`);
  }

  #align(size: number): void {
    if (!this.#isCdr) return;
    const over = (this.#at - CDR_HEAD) % size;
    if (over > 0) this.#at += size - over;
  }

  #skip(bytes: number): void {
    if (bytes > this.#left()) throw new Error(`a field takes ${bytes} bytes, ${Math.max(0, this.#left())} are left`);
    this.#at += bytes;
  }

  #length(): number {
    this.#align(4);
    if (this.#left() < 4) throw new Error('the message is cut off');
    const length = this.#view.getUint32(this.#at, this.#isCdr ? this.#little : true);
    this.#at += 4;
    return length;
  }
}
