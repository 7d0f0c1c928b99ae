import {
  CLIP_EVENTS,
  SIDES,
  SOUNDS,
  type ClipEvent,
  type ClipSound,
  type Movement,
  type Side,
  type StillSound,
} from '../contract/index.ts';
import type { SceneMeasurement, SceneObject, SceneSound } from '../frame/index.ts';
import { isSeen, relativeTo, rounded, triple, turned, type Moment, type Watcher } from './moment.ts';

/** Who can walk. */
const WALKS = 'person';
/** In so many pictures someone who approaches, while they do, or something that falls, must be seen to be told. */
const SEEN = 2;
/** From what loudness on a door and a thing that falls are told by their sound, and how far that may be from them, m. */
const DOOR_HEARD = 0.02;
const FALL_HEARD = 0.05;
const ASIDE = 0.6;
const FALLS = ['metal', 'ceramic', 'wood', 'soft'];
/** The robot's own motors are no sound to tell of; what is fainter than so much of them is drowned. */
const MOTORS = 'motors';
const DROWNED = 0.7;
/** What is as loud is heard, what is fainter than the other is not; the loudest is told if it is so many times as loud as others. */
const HEARD = 0.01;
const FAINT = 0.003;
const LOUDER = 2;
/** How far from the middle of its side a sound may be to be told of that side, rad. */
const WITHIN = 0.65;

/** How what can walk, or fell, moved. */
export function movementsOf(pictures: readonly Moment[], watcher: Watcher): Movement[] {
  const [first, last] = [pictures[0], pictures[pictures.length - 1]];
  const fell = (id: number): boolean =>
    pictures.some(({ scene }) => scene.objects.some((one) => one.id === id && one.doing.includes('falling')));
  return last.scene.objects.flatMap((object) => {
    const before = objectOf(first, object.id);
    if (before === undefined || (object.label !== WALKS && !fell(object.id))) return [];
    const [x, y] = [object.position[0] - before.position[0], object.position[1] - before.position[1]];
    const [forward, left] = turned(x, y, -last.robot.yaw);
    return { id: object.id, went: [rounded(forward), rounded(left)], seen: timesSeen(pictures, object.id, watcher) };
  });
}

/** What happened, and whether it can be told. */
export function eventsOf(pictures: readonly Moment[], moments: readonly Moment[], watcher: Watcher): ClipEvent[] {
  const found = new Map<string, ClipEvent>();
  for (const { scene } of moments) {
    for (const one of scene.events) {
      const { event, objects } = one;
      const name = CLIP_EVENTS.find((known) => known === event);
      const key = keyOf(one);
      if (name === undefined || found.has(key)) continue;
      const seen = Math.max(0, ...objects.map((id) => timesSeen(pictures, id, watcher)));
      const heard = (labels: readonly string[], least: number): boolean =>
        objects.some((id) => isHeard(moments, id, labels, least));
      const holds = (moment: Moment): boolean => moment.scene.events.some((one) => keyOf(one) === key);
      const sensed = {
        approach: () => objects.some((id) => timesSeen(pictures.filter(holds), id, watcher) >= SEEN),
        // A blow is felt when it comes; that it still counts as news says nothing.
        collision: () => !holds(moments[0]),
        door: () => seen > 0 || heard(['door'], DOOR_HEARD),
        'dropped object': () => seen >= SEEN || heard(FALLS, FALL_HEARD),
      }[name]();
      found.set(key, { event: name, objects, sensed });
    }
  }
  return [...found.values()];
}

function keyOf({ event, objects }: SceneMeasurement['events'][number]): string {
  return `${event} ${objects.join(' ')}`;
}

/** What sounded, of each kind the loudest. */
export function soundsOf(moments: readonly Moment[]): ClipSound[] {
  const loudest = new Map<string, ClipSound>();
  for (const { robot, sound } of allSounds(moments)) {
    if (sound.loudness <= (loudest.get(sound.sound)?.loudness ?? 0)) continue;
    const relative = triple(relativeTo(robot, sound.position));
    loudest.set(sound.sound, { label: sound.sound, relative, loudness: sound.loudness });
  }
  return [...loudest.values()].sort((a, b) => b.loudness - a.loudness);
}

/** What is heard: the one sound, or silence; `undefined` where several drown one another, or what there is is faint. */
export function heardOf(sounds: readonly ClipSound[], moments: readonly Moment[]): StillSound | undefined {
  const [top, second] = sounds.filter(({ label }) => label !== MOTORS);
  if (top === undefined || top.loudness < FAINT) return { label: 'nothing' };
  const motors = sounds.find(({ label }) => label === MOTORS)?.loudness ?? 0;
  const label = SOUNDS.find((known) => known === top.label);
  if (label === undefined || top.loudness < Math.max(HEARD, DROWNED * motors)) return undefined;
  if (second !== undefined && second.loudness * LOUDER > top.loudness) return undefined;
  const loud = allSounds(moments).filter(
    ({ sound }) => sound.sound === label && sound.loudness * LOUDER >= top.loudness,
  );
  const sides = new Set(loud.map(({ robot, sound }) => sideOf(relativeTo(robot, sound.position))));
  const [side] = sides;
  const { who, text } = loud.find(({ sound }) => sound.loudness === top.loudness)?.sound ?? {};
  return {
    label,
    ...(sides.size === 1 && side !== undefined ? { side } : {}),
    relative: top.relative,
    ...(who === undefined ? {} : { who }),
    ...(text === undefined ? {} : { text }),
  };
}

interface Sounding {
  readonly robot: Moment['robot'];
  readonly sound: SceneSound;
}

function allSounds(moments: readonly Moment[]): Sounding[] {
  return moments.flatMap(({ robot, scene }) => (scene.sounds ?? []).map((sound) => ({ robot, sound })));
}

function sideOf([x, y]: readonly [number, number, number]): Side | undefined {
  const bearing = Math.atan2(y, x);
  const quarter = Math.round(bearing / (Math.PI / 2));
  return Math.abs(bearing - (quarter * Math.PI) / 2) <= WITHIN ? SIDES[(quarter + 4) % 4] : undefined;
}

function isHeard(moments: readonly Moment[], id: number, labels: readonly string[], least: number): boolean {
  return moments.some((moment) => {
    const at = objectOf(moment, id)?.position;
    return moment.scene.sounds?.some(
      ({ sound, position, loudness }) =>
        at !== undefined &&
        labels.includes(sound) &&
        loudness >= least &&
        Math.hypot(position[0] - at[0], position[1] - at[1]) < ASIDE,
    );
  });
}

function timesSeen(pictures: readonly Moment[], id: number, watcher: Watcher): number {
  return pictures.filter((moment) => {
    const object = objectOf(moment, id);
    return object !== undefined && isSeen(object, watcher);
  }).length;
}

function objectOf({ scene }: Moment, id: number): SceneObject | undefined {
  return scene.objects.find((one) => one.id === id);
}
