import type { InputBody, StillSplit, StillTruth, StillVocabulary } from '../contract/index.ts';
import type { StreamDescriptor } from '../frame/index.ts';
import { createShrinking, imuOf, ns, shrunkDepth, soundOf } from './arrays.ts';
import { HEIGHT, IMU_NUMBERS, IMU_STEPS, PICTURES, SECONDS, WIDTH } from './layout.ts';
import { momentOf, type Moment, type Watcher } from './moment.ts';
import { Ring, type Came } from './ring.ts';
import { Schedule } from './schedule.ts';
import { muffle, sensesOf } from './senses.ts';
import { clipTruthOf } from './truth.ts';

/** What clips are cut from. */
export interface ClipOptions {
  /** Name of the file. */
  readonly recording: string;
  readonly split: StillSplit;
  /** Unix ns that stamps count from. */
  readonly epoch: bigint;
  readonly streams: readonly StreamDescriptor[];
  /** Place of the camera in `base_link`, m. */
  readonly camera: readonly [number, number, number];
  /** Which classes are said to have a colour. */
  readonly vocabulary: StillVocabulary;
  /** From the end of one clip to that of the next, s. */
  readonly everySeconds: number;
}

/** A clip: its last picture and depth (mm) as of a still, the pictures before, sound and what the IMU felt, row by row. */
export interface CutClip {
  readonly picture: Uint8Array;
  readonly before: Uint8Array;
  readonly depth: Uint16Array;
  readonly sound: Int16Array;
  readonly imu: Float32Array;
  readonly truth: StillTruth;
}

/** How long after a clip's end everything of it has come, and how long after its last picture was taken its sound has, s. */
const SETTLED = 0.25;
const SOUND_LATE = 0.045;
const KEPT = SECONDS + 1;
/** A picture shows the scene that was told of last before it came, unless that is longer ago, s. */
const LATE = 0.12;

/** A picture with the truth about its moment. */
interface Shot {
  readonly moment: Moment;
  readonly picture: Came<'image'>;
}

/**
 * Cuts clips out of a labelled recording while its inputs go by. Without pictures, or the truth about scene and pose, there are none.
 * What the truth tells holds for the moments at which it was received: at once.
 */
export class ClipCutter {
  readonly #options: ClipOptions;
  readonly #schedule: Schedule;
  readonly #camera: StreamDescriptor | undefined;
  readonly #images: Ring<'image'>;
  readonly #depths: Ring<'depth'>;
  readonly #sounds: Ring<'audio'>;
  readonly #imu: Ring<'imu'>;
  readonly #poses: Ring<'odometry'>;
  readonly #scenes: Ring<'scene'>;
  readonly #shrink = createShrinking();
  #cut = 0;

  constructor(options: ClipOptions) {
    const { streams, recording, everySeconds } = options;
    const find = (kind: StreamDescriptor['kind'], role: StreamDescriptor['role']) =>
      streams.find((stream) => stream.kind === kind && stream.role === role);
    const keep = ns(KEPT);
    this.#options = options;
    this.#schedule = new Schedule(recording, everySeconds);
    this.#camera = find('image', 'sensor');
    this.#images = new Ring('image', this.#camera, keep);
    this.#depths = new Ring('depth', find('depth', 'sensor'), keep);
    this.#sounds = new Ring('audio', find('audio', 'sensor'), keep);
    this.#imu = new Ring('imu', find('imu', 'sensor'), keep);
    this.#poses = new Ring('odometry', find('odometry', 'reference'), keep);
    this.#scenes = new Ring('scene', find('scene', 'reference'), keep);
  }

  /** Takes the next input, and gives the clips that are whole by it. */
  see(input: InputBody): CutClip[] {
    if (input.kind !== 'frame') return [];
    const { stream, received, measurement } = input.arrival;
    for (const ring of [this.#images, this.#depths, this.#sounds, this.#imu, this.#poses, this.#scenes]) {
      ring.see(stream, received, measurement);
    }
    if (measurement.kind === 'scene') {
      const moment = this.#momentOf({ received, measurement });
      if (moment !== undefined) this.#schedule.see(moment);
    }
    return this.#schedule.take(received - ns(SETTLED)).flatMap((end) => this.#clipAt(end) ?? []);
  }

  #momentOf({ received, measurement }: Came<'scene'>): Moment | undefined {
    const pose = this.#poses.nearest(received);
    return pose === undefined ? undefined : momentOf(received, measurement, pose.measurement);
  }

  /** Pictures of some time, each with the truth about its moment. */
  #shots(from: number, to: number): Shot[] {
    const scenes = this.#scenes.between(from, to);
    const next = (i: number): number => scenes[i + 1]?.received ?? scenes[i].received + ns(LATE);
    return scenes.flatMap((scene, i): Shot[] => {
      const until = Math.min(next(i), scene.received + ns(LATE));
      const [picture] = this.#images.between(scene.received, until - 1);
      const moment = this.#momentOf(scene);
      return picture === undefined || moment === undefined ? [] : [{ moment, picture }];
    });
  }

  #clipAt(end: number): CutClip | undefined {
    const shots = this.#shots(end - ns(SECONDS + LATE), end);
    const last = shots[shots.length - 1];
    if (last === undefined || this.#camera === undefined) return undefined;
    const chosen = Array.from({ length: PICTURES }, (_, i) => {
      const at = last.moment.at - ns((SECONDS * (PICTURES - 1 - i)) / (PICTURES - 1));
      return nearest(shots, at);
    });
    const [first] = chosen;
    if (new Set(chosen).size < PICTURES) return undefined;
    const [from, to] = [first.moment.at, last.moment.at];
    const { width, height } = last.picture.measurement;
    if (width === undefined || height === undefined) return undefined;
    const watcher: Watcher = { stream: this.#camera.id, width, height };
    const sound = this.#sounds.between(to - ns(SECONDS), to + ns(SOUND_LATE));
    const drawn = sensesOf(`${this.#options.recording} ${to} ${first.moment.robot.x} ${first.moment.robot.y}`);
    const senses = sound.length === 0 ? { ...drawn, microphones: 'gone' as const } : drawn;
    const truth = clipTruthOf({
      ...this.#options,
      still: this.#cut,
      senses,
      watcher,
      camera: { at: this.#options.camera, intrinsics: last.picture.measurement.intrinsics },
      pictures: chosen.map(({ moment }) => moment),
      moments: this.#scenes.between(from, to).flatMap((scene) => this.#momentOf(scene) ?? []),
    });
    this.#cut += 1;
    const frozen = senses.camera === 'frozen';
    const pictures = chosen.map(({ picture }) =>
      senses.camera === 'gone'
        ? new Uint8Array(3 * WIDTH * HEIGHT)
        : this.#shrink((frozen ? first.picture : picture).measurement),
    );
    const depth = this.#depths.nearest((frozen ? first : last).picture.received);
    const heard = senses.microphones === 'gone' ? soundOf([]) : soundOf(sound);
    if (senses.microphones === 'muffled') muffle(heard);
    const felt = this.#imu.between(from, to);
    return {
      picture: pictures[PICTURES - 1],
      before: joined(pictures.slice(0, -1)),
      depth:
        depth === undefined || senses.camera === 'gone'
          ? new Uint16Array(WIDTH * HEIGHT)
          : shrunkDepth(depth.measurement),
      sound: heard,
      imu: felt.length === 0 ? new Float32Array(IMU_STEPS * IMU_NUMBERS) : imuOf(felt, from, to),
      truth,
    };
  }
}

function nearest(shots: readonly Shot[], at: number): Shot {
  return shots.reduce((best, shot) => (Math.abs(shot.moment.at - at) < Math.abs(best.moment.at - at) ? shot : best));
}

function joined(pictures: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pictures.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const picture of pictures) {
    out.set(picture, at);
    at += picture.length;
  }
  return out;
}
