import type { Input, Publication } from '../../contract/index.ts';
import type { StreamId } from '../../frame/index.ts';

/**
 * What makes a part of a session worth keeping.
 *
 * - `fault`: a stream becomes degraded, suspect, stale or lost; one stream where it is named.
 * - `drop`: a driver had to drop frames of a stream; of one stream where it is named.
 * - `detection`: a detector has found something of this label.
 * - `event`: a scene tells that this happens.
 * - `text`: words were said, typed or read that hold these, whatever their case.
 * - `signal`: the process was sent SIGUSR1.
 */
export type Trigger =
  | { readonly what: 'fault' | 'drop'; readonly of: StreamId | undefined }
  | { readonly what: 'detection' | 'event' | 'text'; readonly of: string }
  | { readonly what: 'signal' };

/** Reads `fault`, `fault:imu`, `drop`, `drop:imu`, `detection:person`, `event:door`, `text:help`, `signal`; `undefined` for what is none. */
export function parseTrigger(text: string): Trigger | undefined {
  const at = text.indexOf(':');
  const what = at < 0 ? text : text.slice(0, at);
  const of = at < 0 ? undefined : text.slice(at + 1).trim();
  if (of === '') return undefined;
  if (what === 'fault' || what === 'drop') return { what, of };
  if (what === 'signal') return of === undefined ? { what } : undefined;
  if ((what === 'detection' || what === 'event' || what === 'text') && of !== undefined) return { what, of };
  return undefined;
}

/** Looks at what comes in and what is published. Both say why it is to be kept, or `undefined`. */
export interface Watch {
  input(input: Input): string | undefined;
  published(publication: Publication): string | undefined;
}

const TEXT = new TextDecoder();
/** States of a stream that is not well; see the message SensorState. */
const UNWELL: readonly string[] = ['degraded', 'suspect', 'stale', 'lost'];

export function createWatch(triggers: readonly Trigger[]): Watch {
  const wordsOf = (what: 'detection' | 'event' | 'text'): readonly string[] =>
    triggers.flatMap((trigger) => (trigger.what === what ? [trigger.of] : []));
  const labels = wordsOf('detection');
  const events = wordsOf('event');
  const words = wordsOf('text').map((text) => text.toLowerCase());
  const looksForFaults = triggers.some(({ what }) => what === 'fault');
  const unwell = new Set<StreamId>();
  const isWatched = (wanted: 'fault' | 'drop', stream: StreamId): boolean =>
    triggers.some((trigger) => trigger.what === wanted && (trigger.of === undefined || trigger.of === stream));

  function ofFrame(input: Extract<Input, { kind: 'frame' }>): string | undefined {
    const { measurement: m, stream } = input.arrival;
    if (m.kind === 'scene') {
      const found = m.events.find(({ event }) => events.includes(event));
      return found && `event: ${found.event}`;
    }
    if (m.kind !== 'text' || words.length === 0) return undefined;
    const text = m.text.toLowerCase();
    const found = words.find((word) => text.includes(word));
    return found && `text: ${stream}: ${found}`;
  }

  return {
    input(input) {
      if (input.kind === 'frame') return ofFrame(input);
      if (input.kind !== 'stream') return undefined;
      const { event, stream } = input;
      if (event.what === 'dropped' && isWatched('drop', stream)) {
        return `drop: ${stream}: ${event.count} ${event.reason}`;
      }
      return event.what === 'lost' && isWatched('fault', stream)
        ? `fault: ${stream}: lost: ${event.reason ?? 'gone'}`
        : undefined;
    },
    published({ schema, payload }) {
      if (schema === 'SensorState' && looksForFaults) {
        const { stream, state, why } = read(payload) as { stream: StreamId; state: string; why?: string };
        if (!UNWELL.includes(state)) unwell.delete(stream);
        else if (!unwell.has(stream)) {
          unwell.add(stream);
          if (isWatched('fault', stream)) return `fault: ${stream}: ${state}${why === undefined ? '' : `: ${why}`}`;
        }
      } else if (schema === 'Detections' && labels.length > 0) {
        const { stream, objects } = read(payload) as { stream: StreamId; objects: readonly { label: string }[] };
        const found = objects.find(({ label }) => labels.includes(label));
        return found && `detection: ${stream}: ${found.label}`;
      }
      return undefined;
    },
  };
}

function read(payload: Uint8Array): unknown {
  return JSON.parse(TEXT.decode(payload));
}
