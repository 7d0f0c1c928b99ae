import {
  NOVELTIES,
  type Clip,
  type StillSplit,
  type StillThing,
  type StillTruth,
  type StillVocabulary,
} from '../contract/index.ts';
import type { Intrinsics, SceneObject } from '../frame/index.ts';
import { wrapAngle } from '../geometry/index.ts';
import { eventsOf, heardOf, movementsOf, soundsOf } from './happenings.ts';
import { HEIGHT, WIDTH } from './layout.ts';
import { isSeen, relativeTo, rounded, shareOf, triple, turned, type Moment, type Watcher } from './moment.ts';

/** What is known of a clip before its truth is told. */
export interface ClipFacts {
  readonly recording: string;
  readonly split: StillSplit;
  readonly still: number;
  /** Unix ns that stamps count from. */
  readonly epoch: bigint;
  readonly senses: Clip['senses'];
  readonly watcher: Watcher;
  readonly camera: { readonly at: readonly [number, number, number]; readonly intrinsics: Intrinsics | undefined };
  readonly vocabulary: StillVocabulary;
  /** The moments of the pictures, and all moments from the first to the last of them. */
  readonly pictures: readonly Moment[];
  readonly moments: readonly Moment[];
}

/** What stands on something is no higher above its top than this, m. */
const UPON = 0.02;

/** The truth about a clip: the scene at its end as of a still, and what happened before. */
export function clipTruthOf(facts: ClipFacts): StillTruth {
  const { recording, split, still, epoch, senses, watcher, vocabulary, pictures, moments } = facts;
  const [first, last] = [pictures[0], pictures[pictures.length - 1]];
  const { robot, scene } = last;
  const things = scene.objects.map((object) => thingOf(object, last, watcher, vocabulary));
  const clear = scene.objects.filter((object) => isSeen(object, watcher)).map(({ id }) => id);
  const kinds = things.filter(({ id }) => clear.includes(id)).map(({ kind }) => NOVELTIES.indexOf(kind));
  const sounds = soundsOf(moments);
  const sound = senses.microphones === 'well' ? heardOf(sounds, moments) : undefined;
  const [forward, left] = turned(robot.x - first.robot.x, robot.y - first.robot.y, -robot.yaw);
  const logTime = (at: number): string => String(epoch + BigInt(at));
  return {
    still,
    split,
    kind: NOVELTIES[Math.max(0, ...kinds)],
    room: scene.room ?? '',
    robot: { x: rounded(robot.x), y: rounded(robot.y), yaw: rounded(robot.yaw) },
    camera: { at: facts.camera.at, intrinsics: scaled(facts.camera.intrinsics, watcher) },
    things,
    ...(sound === undefined ? {} : { sound }),
    clip: {
      recording,
      from: first.at,
      to: last.at,
      logTime: [logTime(first.at), logTime(last.at)],
      ago: pictures.map(({ at }) => rounded((last.at - at) / 1e9)),
      senses,
      moved: { forward: rounded(forward), left: rounded(left), turned: rounded(turnOf(moments)) },
      movements: movementsOf(pictures, watcher),
      events: eventsOf(pictures, moments, watcher),
      sounds,
    },
  };
}

/** How far the robot turned: bit by bit, since it may turn more than half way round. */
function turnOf(moments: readonly Moment[]): number {
  return moments.reduce(
    (sum, { robot }, i) => (i === 0 ? 0 : sum + wrapAngle(robot.yaw - moments[i - 1].robot.yaw)),
    0,
  );
}

function thingOf(object: SceneObject, last: Moment, watcher: Watcher, { classes }: StillVocabulary): StillThing {
  const { id, label, position, size, unseen = [], boxes } = object;
  const { share, visible } = shareOf(object, watcher);
  const box = boxes[watcher.stream]?.box;
  const known = classes.find((its) => its.label === label);
  const colour = known === undefined || known.coloured ? object.colour : undefined;
  const on = last.scene.objects.find((other) => other.id !== id && standsOn(object, other))?.id;
  const [sx, sy] = [WIDTH / watcher.width, HEIGHT / watcher.height];
  return {
    id,
    label,
    ...(colour === undefined ? {} : { colour }),
    kind: unseen.includes('class')
      ? 'class'
      : unseen.includes('combination') && colour !== undefined
        ? 'combination'
        : 'seen',
    size: triple(size),
    position: triple(position),
    relative: triple(relativeTo(last.robot, position)),
    ...(on === undefined ? {} : { on }),
    ...(box === undefined ? {} : { box: [box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy] as const }),
    share: rounded(share),
    visible: rounded(visible),
  };
}

/** Whether the foot of one is on the top of the other. */
function standsOn(one: SceneObject, other: SceneObject): boolean {
  const foot = one.position[2] - one.size[2] / 2;
  const top = other.position[2] + other.size[2] / 2;
  const [dx, dy] = [one.position[0] - other.position[0], one.position[1] - other.position[1]];
  return Math.abs(foot - top) <= UPON && Math.abs(dx) <= other.size[0] / 2 && Math.abs(dy) <= other.size[1] / 2;
}

/** The intrinsics of the smaller picture. */
function scaled(its: Intrinsics | undefined, { width, height }: Watcher): Intrinsics {
  const { fx, fy, cx, cy } = its ?? { fx: width, fy: width, cx: width / 2, cy: height / 2 };
  const [sx, sy] = [WIDTH / width, HEIGHT / height];
  // Middles of pixels are at whole numbers.
  return { fx: fx * sx, fy: fy * sy, cx: (cx + 0.5) * sx - 0.5, cy: (cy + 0.5) * sy - 0.5 };
}
