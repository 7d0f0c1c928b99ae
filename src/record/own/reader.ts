import type { Input, InputBody } from '../../contract/index.ts';
import { stampFromUnix, stampOf, type InputNumber, type Stamp } from '../../frame/index.ts';
import { messageOf } from '../thrown.ts';
import type { LogReader, OpenOptions, StreamHealthSummary } from '../log.ts';
import type { McapRecord } from '../mcap-parser.ts';
import { mcapRecords } from '../mcap-stream.ts';
import { Slab } from '../slab.ts';
import { createChannels, type Channel } from './channel.ts';
import { EFFECT_TOPIC } from './encoder.ts';
import { overviewOfIndex } from './indexed.ts';
import { endOf, gapOf, sessionOf } from './metadata.ts';
import { END_METADATA, GAP_METADATA, SESSION_METADATA, type SessionHeader } from './session.ts';
import { createSurvey, type Overview, type Survey } from './survey.ts';

type Message = Extract<McapRecord, { type: 'Message' }>;

/** A message before it is unpacked: what a first look needs. */
interface Seen {
  readonly channel: Channel;
  readonly message: Message;
  readonly number: InputNumber;
  readonly now: Stamp;
  readonly at: Stamp;
}

/** The session header of an MCAP file, when it is one of ours: it stands before the first message. */
export async function readSession(path: string): Promise<SessionHeader | 'damaged' | undefined> {
  for await (const records of mcapRecords(path, () => undefined)) {
    for (const record of records) {
      if (record.type === 'Metadata' && record.name === SESSION_METADATA) return sessionOf(record) ?? 'damaged';
      if (record.type === 'Message') return undefined;
    }
  }
  return undefined;
}

/**
 * Opens a recording of ours: its entries are the inputs that the recorder was given, with their numbers. Where it ended in
 * order its index tells what is in it; else, or when the caller asks for it, a first look goes over the whole of it.
 */
export async function openOwn(path: string, session: SessionHeader, { whole }: OpenOptions): Promise<LogReader> {
  const epoch = BigInt(session.epoch);
  // A part of a session begins where it was cut.
  const begin = session.segment?.first ?? 1;
  const { warnings: found, health, ...overview } = (whole === true ? undefined : await indexed()) ?? (await looked());
  const warnings = [...found];
  const summaries: StreamHealthSummary[] = [...health];

  async function indexed(): Promise<Overview | undefined> {
    for await (const [{ now }] of look(createSurvey(begin))) return overviewOfIndex(path, session, now);
    return undefined;
  }

  /** A first look unpacks only the first message of each channel: what is unreadable later is told when it is read. */
  async function looked(): Promise<Overview> {
    const survey = createSurvey(begin);
    const known = new Map<Channel, string>();
    for await (const seen of look(survey)) {
      for (const one of seen) {
        const { channel, message, number, now, at } = one;
        if (!known.has(channel)) {
          const body = tryUnpack(one, survey);
          known.set(channel, body?.kind === 'frame' ? body.arrival.measurement.kind : channel.type);
          if (body === undefined) continue;
        }
        const type = known.get(channel) ?? channel.type;
        survey.saw({ channel, number, now, at, type, device: channel.deviceOf(message) });
      }
    }
    return survey.overview();
  }

  async function* look(survey: Survey): AsyncGenerator<Seen[]> {
    const channels = createChannels(session.streams, new Slab());
    const numbers = createNumbers();
    numbers.skipTo(begin - 1);
    let now = stampOf(Number.MIN_SAFE_INTEGER);
    for await (const records of mcapRecords(path, survey.warn)) {
      const seen: Seen[] = [];
      for (const record of records) {
        if (record.type === 'Metadata' && record.name === END_METADATA) {
          const end = endOf(record);
          if (end !== undefined) survey.end(end);
        } else if (record.type === 'Metadata' && record.name === GAP_METADATA) {
          const gap = gapOf(record);
          if (gap === undefined) continue;
          numbers.skipTo(gap.last);
          survey.gap(gap);
        } else if (record.type === 'Message') {
          const channel = channels.byId.get(record.channelId);
          if (channel === undefined) continue;
          const at = stampFromUnix(epoch, record.logTime);
          const number = at === undefined ? undefined : numbers.of(record.sequence);
          if (at === undefined) survey.unreadable(channel.topic, 'a time that cannot be');
          else if (number === undefined) survey.unreadable(channel.topic, 'out of order');
          else {
            if (at > now) now = at;
            seen.push({ channel, message: record, number, now, at });
          }
        } else channels.define(record);
      }
      if (seen.length > 0) yield seen;
    }
  }

  async function* read(): AsyncGenerator<Input[]> {
    const survey = createSurvey(begin);
    for await (const seen of look(survey)) {
      const inputs: Input[] = [];
      for (const one of seen) {
        const { channel, message, number, now, at } = one;
        const body = tryUnpack(one, survey);
        if (body === undefined) continue;
        inputs.push({ number, now, ...body });
        survey.saw({ channel, number, now, at, type: channel.type, device: channel.deviceOf(message) });
      }
      if (inputs.length > 0) yield inputs;
    }
    const whole = survey.overview();
    for (const warning of whole.warnings) if (!warnings.includes(warning)) warnings.push(warning);
    summaries.splice(0, Infinity, ...whole.health);
  }

  async function answered(): Promise<Set<string>> {
    const ids = new Set<string>();
    const survey = createSurvey(begin);
    for await (const seen of look(survey)) {
      for (const one of seen) {
        const body = one.channel.topic === EFFECT_TOPIC ? tryUnpack(one, survey) : undefined;
        if (body?.kind === 'effect') ids.add(body.id);
      }
    }
    return ids;
  }

  return {
    format: 'sensorium',
    epoch,
    streams: session.streams,
    mounts: [],
    session,
    answered,
    entries: read,
    ...overview,
    warnings,
    health: summaries,
  };
}

function tryUnpack({ channel, message, at }: Seen, { unreadable }: Pick<Survey, 'unreadable'>): InputBody | undefined {
  try {
    return channel.unpack(message, at);
  } catch (error) {
    unreadable(channel.topic, messageOf(error));
    return undefined;
  }
}

/** Whole numbers of inputs from the low 32 bits that the log keeps. */
function createNumbers() {
  const WRAP = 2 ** 32;
  let last = 0;
  return {
    /** `undefined` for a number that does not come after the one before. */
    of(low: number): InputNumber | undefined {
      let number = last - (last % WRAP) + low;
      if (number <= last && last - number > WRAP / 2) number += WRAP;
      if (number <= last) return undefined;
      last = number;
      return number as InputNumber;
    },
    skipTo(number: number | undefined): void {
      if (number !== undefined && number > last) last = number;
    },
  };
}
