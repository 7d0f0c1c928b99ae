import { createAlignment, DROP_REASONS, type DropCode, type DropReason } from '../align/index.ts';
import { createDelayMonitor } from '../clock/delay/index.ts';
import { createStreamClock, DEFAULT_CLOCK, type StreamClock } from '../clock/index.ts';
import type {
  EffectOutcome,
  EffectRequest,
  Input,
  Pressure,
  Publication,
  StreamEvent,
  Ticket,
  Verdict,
} from '../contract/index.ts';
import type {
  AlignedSet,
  Arrival,
  Frame,
  Measurement,
  Stamp,
  StreamDescriptor,
  StreamId,
  UnixNs,
} from '../frame/index.ts';
import type { Transform } from '../geometry/index.ts';
import type { FeatureWindow } from '../perception/index.ts';
import { Answering } from './answer/index.ts';
import { createCommands } from './command.ts';
import type { Hashes, PipelineConfig } from './config.ts';
import { createDecisions } from './decide.ts';
import { createDigest } from './digest.ts';
import { refusalOf } from './refuse.ts';
import { createFrozenDetector } from './frozen.ts';
import { createFusion } from './fuse.ts';
import { Imagining } from './imagine/index.ts';
import { Ledger } from './ledger.ts';
import { createMonitor, type StreamCondition } from './monitor.ts';
import { createOutbox } from './outbox.ts';
import { createPerception } from './perceive.ts';
import { Recollection, Whereabouts } from './recall/index.ts';
import { createReferenceComparison } from './reference.ts';
import { createReporter } from './reporter.ts';
import { isShed, modelsShed, Shedding } from './shedding/shedding.ts';
import { Turns } from './turns.ts';
import { createSetStatistics, type PipelineReport } from './report.ts';

/** What the pipeline is made of. */
export interface PipelineOptions {
  readonly config: PipelineConfig;
  readonly streams: readonly StreamDescriptor[];
  /** T_base_sensor by stream. */
  readonly mounts: ReadonlyMap<StreamId, Transform>;
  /** Unix time of the session's epoch, ns. */
  readonly epoch: UnixNs;
  readonly hashes: Hashes;
  /** Where messages go: the publishers. */
  readonly publish: (publication: Publication) => void;
  /** Takes the work that stages ask for; its outcome comes back as an input. Unset: a replay, whose log has the outcomes. */
  readonly request?: (request: EffectRequest) => void;
  /** Sees what becomes of frames and sets, for those who ask why. Changes nothing. */
  readonly witness?: Witness;
  /** Sees the windows of each head, whether a model is asked about them or not: what heads learn from. Changes nothing. */
  readonly window?: (head: string, window: FeatureWindow) => void;
}

/** Sees what the stages decide, as they decide it. `now` is the input's own time. */
export interface Witness {
  /** A frame has its time. */
  readonly stamped: (frame: Frame) => void;
  /** A frame was refused before it had one. */
  readonly refused: (stream: StreamId, reason: string, now: Stamp) => void;
  readonly set: (set: AlignedSet) => void;
  /** The aligner gave a frame up; it may have been of use elsewhere. */
  readonly unaligned: (frame: Frame, reason: DropReason, now: Stamp) => void;
}

/** The deterministic state machine: one input in, messages out. */
export interface Pipeline {
  step(input: Input): void;
  /** What it looks like now, for displays and summaries. */
  report(): PipelineReport;
  /** SHA-256 over everything published so far, in hex. */
  digest(): string;
}

const USED: Verdict = { verdict: 'used' };
/** Conditions of a stream that sets do not wait for. */
const GONE: readonly (StreamCondition | undefined)[] = ['stale', 'lost'];

/** How a stream fares that is given up, to those who ask about it. */
const SHED = { condition: 'lost', why: 'given up while the machine is too busy' } as const;

/** Blocks of 3 s of motion that delays are found from: four minutes, 1 MB for each two streams. */
const DELAY_BLOCKS = 80;

/** What belongs to one stream on its way through the stages. */
interface Lane {
  readonly descriptor: StreamDescriptor;
  /** Place in the ledger, and in the aligner where it is aligned. */
  readonly account: number;
  readonly place: number | undefined;
  readonly clock: StreamClock;
  readonly isFrozen: (measurement: Measurement) => boolean;
  /** Whether the aligner waits for it. */
  isHere: boolean;
  /** Whether it is given up for now. */
  isShed: boolean;
}

/**
 * Joins the stages: sequencer -> clock -> align -> perception -> fusion -> publish. The same inputs give the same messages, byte for
 * byte, on the same major version of Node and the same architecture.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { config, streams, mounts, epoch, witness } = options;
  const sensors = streams.filter((stream) => stream.role === 'sensor');

  const digest = createDigest();
  const outbox = createOutbox(digest, options.publish);
  const ledger = new Ledger(streams.map((stream) => stream.id));
  /** Frames by their tickets: kept only for a witness. */
  const open: Frame[] = [];
  const dropCodes = DROP_REASONS.map((reason) => ledger.reasonCode(reason));
  const monitor = createMonitor(streams);
  const alignment = createAlignment(config.align, sensors, {
    set: onSet,
    used: (ticket) => ledger.use(ticket),
    dropped: witness === undefined ? release : (ticket, reason) => giveUp(ticket, reason, witness),
  });
  const lanes = new Map<StreamId, Lane>(
    streams.map((descriptor, account) => [
      descriptor.id,
      {
        descriptor,
        account,
        place: alignment?.places.get(descriptor.id),
        clock: createStreamClock(descriptor, config.streams[descriptor.id] ?? DEFAULT_CLOCK, epoch),
        isFrozen: createFrozenDetector(),
        isHere: true,
        isShed: false,
      },
    ]),
  );
  const delays = createDelayMonitor(sensors, { search: { blocks: DELAY_BLOCKS } });
  const fusion = createFusion(config.fusion, sensors, mounts, delays);
  const comparison = createReferenceComparison();
  const setStatistics = createSetStatistics();
  const clocks = [...lanes.values()].map(({ clock }) => clock);
  const perception = createPerception(config.perception, options.request, {
    detections(found) {
      answering.detected(found);
      reporter.detections(found);
    },
    sounds: (heard) => reporter.sounds(heard),
    speech: (said) => reporter.speech(said),
    embedded: (embedded, at) => recollection.embedded(embedded, at),
  });
  const decisions = createDecisions(config.fusion.heads, streams, options.request, {
    decided: (decision) => reporter.decided(decision),
    window: options.window,
  });
  const { embeddings } = config.perception;
  const ask = options.request ?? (() => undefined);
  const turns = new Turns(config.perception.answers.share);
  const recollection = new Recollection({
    embeddings,
    recall: config.recall,
    frame: fusion.map === undefined ? config.frames.odom : config.frames.map,
    epoch,
    whereabouts: new Whereabouts(Object.keys(embeddings), sensors, mounts, config.frames, fusion),
    turns,
    request: ask,
    sighted: (sighting) => reporter.sighted(sighting),
  });
  const asking = {
    health: (stream: StreamId, at: Stamp) => ({
      ...monitor.health(stream, at),
      ...(lanes.get(stream)?.isShed === true && SHED),
    }),
    turns,
    request: ask,
  };
  const answering = new Answering({
    ...asking,
    config: config.perception.answers,
    described: (said, at) => reporter.described(said, at),
  });
  const imagining = new Imagining({ ...asking, config: config.perception.imagination });
  const commanded = { decisions, recollection, answering, imagining };
  const obey = createCommands(commanded, (reply) => reporter.reply(reply, now));
  const stages = { delays, perception, decisions, recollection, answering, monitor, fusion, alignment };
  const told = { outbox, clocks, ledger, setStatistics, ...stages };
  const reporter = createReporter({ ...options, ...told });
  const shedding = new Shedding(config.shedding);
  let asksModels = true;
  let inputs = 0;
  let now = 0 as Stamp;

  function step(input: Input): void {
    inputs = input.number;
    now = input.now;
    switch (input.kind) {
      case 'frame':
        return onArrival(input.arrival, input);
      case 'tick':
        return onTick();
      case 'stream':
        return onStreamEvent(input.stream, input.event, input.at);
      case 'pressure':
        return onPressure(input.pressure);
      case 'effect':
        return onEffect(input.id, input.outcome);
      case 'command':
        return obey(input.command, input.number, now);
    }
  }

  function onEffect(id: string, outcome: EffectOutcome): void {
    if (decisions.answer(id, outcome)) return;
    if ([recollection, answering, imagining].some((stage) => stage.answer(id, outcome, now))) return;
    perception.answer(id, outcome, now);
  }

  function onArrival(arrival: Arrival, input: Input): void {
    const { stream, frameId, received, measurement, lease } = arrival;
    const lane = lanes.get(stream);
    if (lane === undefined) return reporter.stray(stream);
    monitor.arrived(stream, received);
    const stamped = lane.clock.stamp(arrival);
    if (stamped.verdict !== 'stamped') return refuse(lane, stamped.reason);
    if (stamped.event !== undefined) monitor.clockChanged(stream, stamped.event);
    if (lane.isShed) return refuse(lane, 'shed');
    const refusal = refusalOf(measurement);
    if (refusal !== undefined) return refuse(lane, refusal);
    monitor.frozen(stream, lane.isFrozen(measurement), received);
    const { stamp, deviation } = stamped;
    onFrame(lane, { input: input.number, stream, frameId, stamp, deviation, received, measurement, lease });
  }

  function refuse({ account, descriptor }: Lane, reason: string): void {
    witness?.refused(descriptor.id, reason, now);
    ledger.refuse(account, reason);
    monitor.troubled(descriptor.id, reason);
  }

  function onFrame(lane: Lane, frame: Frame): void {
    const { place } = lane;
    reporter.frame(frame);
    const ticket = ledger.open(lane.account, place !== undefined);
    if (witness !== undefined) {
      open[ticket] = frame;
      witness.stamped(frame);
    }
    if (lane.descriptor.role === 'reference') {
      comparison.seen(frame);
      ledger.judge(ticket, USED);
    } else delays.take(frame);
    if (asksModels && perception.take(frame, now)) ledger.judge(ticket, USED);
    const isEmbedded = asksModels && perception.embed(frame, now);
    if (isEmbedded) ledger.judge(ticket, USED);
    recollection.take(frame, isEmbedded);
    answering.take(frame);
    imagining.take(frame);
    if (decisions.take(frame)) ledger.judge(ticket, USED);
    if (fusion.take(frame, ticket, judge)) reporter.estimated(now);
    if (place !== undefined) {
      if (!lane.isHere) setPresence(lane, true);
      alignment?.aligner.add(place, frame, ticket, now);
    }
    ledger.close(ticket);
  }

  function judge(frame: Frame, ticket: Ticket, verdict: Verdict): void {
    ledger.judge(ticket, verdict);
    if (verdict.verdict === 'dropped') monitor.troubled(frame.stream, verdict.reason);
  }

  /** A stream that has fallen silent is not waited for. */
  function setPresence(lane: Lane, isHere: boolean): void {
    lane.isHere = isHere;
    if (lane.place !== undefined) alignment?.aligner.presence(lane.place, isHere, now);
  }

  function onTick(): void {
    monitor.tick(now);
    for (const lane of lanes.values()) {
      if (lane.isHere && GONE.includes(monitor.condition(lane.descriptor.id))) setPresence(lane, false);
    }
    alignment?.aligner.tick(now);
    fusion.tick(now);
    perception.tick(now);
    recollection.tick(now);
    answering.tick(now, asksModels);
    imagining.tick(now);
    turns.tick(now);
    decisions.tick(now, asksModels);
    reporter.tick(now, inputs);
  }

  function onPressure(pressure: Pressure): void {
    const change = shedding.press(pressure, now);
    if (change === undefined) return;
    asksModels = !modelsShed(change.shed);
    for (const lane of lanes.values()) {
      lane.isShed = isShed(change.shed, lane.descriptor);
      if (lane.isShed && lane.isHere) setPresence(lane, false);
    }
    reporter.shedding(change, pressure, now);
  }

  function onStreamEvent(stream: StreamId, event: StreamEvent, at: Stamp): void {
    monitor.event(stream, event, at);
    const lane = lanes.get(stream);
    if (event.what !== 'dropped' || lane === undefined) return;
    ledger.lost(lane.account, event.reason, event.count);
    monitor.troubled(stream, event.reason);
  }

  function release(ticket: Ticket, reason: DropCode): void {
    ledger.release(ticket, dropCodes[reason]);
  }

  function giveUp(ticket: Ticket, reason: DropCode, told: Witness): void {
    told.unaligned(open[ticket], DROP_REASONS[reason], now);
    release(ticket, reason);
  }

  function onSet(set: AlignedSet): void {
    witness?.set(set);
    setStatistics.add(set);
    reporter.set(set);
  }

  return {
    step,
    report() {
      const pose = fusion.pose.estimate();
      return {
        now,
        inputs,
        published: outbox.count(),
        streams: streams.map((descriptor, account) => ({
          descriptor,
          health: monitor.health(descriptor.id, now),
          account: ledger.account(account),
        })),
        sets: setStatistics.value(),
        pivot: alignment?.pivot,
        pose,
        comparison: pose && comparison.compare(pose.pose),
      };
    },
    digest: digest.value,
  };
}
