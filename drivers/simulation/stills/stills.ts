import type { StillSource, StillSplit, StrangeThings } from '../../../src/contract/index.ts';
import { createCamera } from '../camera.ts';
import { createDepth } from '../depth.ts';
import { createMicrophones, EARS } from '../microphones.ts';
import { between } from '../place/chance.ts';
import { COLOURS } from '../place/split.ts';
import { createRandom } from '../random.ts';
import { createRenderer } from '../render/renderer.ts';
import type { Scene } from '../sensor.ts';
import { SAMPLE_RATE } from '../sound/wave.ts';
import { CATALOGUE } from './catalogue.ts';
import { createStillScene, HEIGHT, WIDTH, type StillScene } from './scene.ts';
import { CLIP_SECONDS } from './sound.ts';

/** Arrangements that are remembered: those of a pair are asked for by turns. */
const KEPT = 4;
/** Least and largest factor on the errors of sensors, as in recorded worlds. */
const LEAST = 0.5;
const LARGEST = 2;
const SAMPLES = CLIP_SECONDS * SAMPLE_RATE;

/** The labelled stills of a seed: every one another room. `strange`: some of the things are such as no model has to name. */
export function createStills(seed: number, split: StillSplit, strange?: StrangeThings): StillSource {
  const kept = new Map<number, StillScene>();

  function sceneOf(still: number): StillScene {
    const known = kept.get(still);
    if (known !== undefined) return known;
    const made = createStillScene(seed, split, still, strange);
    for (const oldest of kept.keys()) if (kept.size >= KEPT) kept.delete(oldest);
    kept.set(still, made);
    return made;
  }

  return {
    vocabulary: {
      classes: CATALOGUE.map(({ label, stands, heldOut, coloured, heldOutColours }) => ({
        label,
        stands,
        heldOut,
        coloured,
        heldOutColours,
      })),
      colours: Object.keys(COLOURS),
    },
    width: WIDTH,
    height: HEIGHT,
    sampleRate: SAMPLE_RATE,
    channels: EARS,
    samples: SAMPLES,
    truth: (still) => sceneOf(still).truth,
    still(index, sound) {
      const { place, robot, options, heard, truth } = sceneOf(index);
      const random = createRandom(seed, `${split} noise ${index}`);
      const noise = LEAST * (LARGEST / LEAST) ** between(random, 0, 1);
      const scene: Scene = { motionAt: () => robot, random, noise, period: CLIP_SECONDS };
      const render = createRenderer(place, { ...options, colour: true, owners: false });
      const config = { width: WIDTH, height: HEIGHT, exposureMs: 0 };
      const picture = createCamera(scene, render, config).sample(0);
      const depth = createDepth(scene, render, config).sample(0);
      if (picture?.kind !== 'image' || depth?.kind !== 'depth')
        throw new RangeError('expected a picture and its depth');
      const clip =
        sound && heard !== undefined ? createMicrophones(scene, place, () => heard.soundings).sample(0) : undefined;
      const samples = clip?.kind === 'audio' ? clip.data : new Int16Array(EARS * SAMPLES);
      return {
        picture: picture.data,
        depth: depth.data,
        ...(sound ? { sound: samples } : {}),
        truth,
      };
    },
  };
}
