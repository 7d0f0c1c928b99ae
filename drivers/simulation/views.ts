import { isOn, SENSE_MOUNTS, type SimulationConfig } from './config.ts';
import type { Place } from './place/place.ts';
import { createRenderer, type Renderer } from './render/renderer.ts';

/** Cameras that the robot has. */
export const CAMERAS = ['camera', 'depth'] as const;
export type CameraName = (typeof CAMERAS)[number];

/** What each camera sees: one renderer for all who look through it. */
export type Views = (camera: CameraName) => Renderer;

/** The camera at whose moments the truth about the scene is told: the colour camera, or else the depth camera. */
export function watcherOf(config: SimulationConfig): CameraName | undefined {
  return CAMERAS.find((camera) => isOn(config, camera));
}

/**
 * The views of a robot's cameras. The truth looks through the very camera whose picture it labels, at the same moments, and
 * what has been drawn for the one is not drawn again for the other.
 */
export function createViews(place: Place, config: SimulationConfig): Views {
  const made = new Map<CameraName, Renderer>();
  return (camera) => {
    const known = made.get(camera);
    if (known !== undefined) return known;
    const { width, height, fieldOfViewDegrees } = config.streams[camera];
    const renderer = createRenderer(place, {
      width,
      height,
      fieldOfView: (fieldOfViewDegrees * Math.PI) / 180,
      mount: SENSE_MOUNTS[camera].translation,
      colour: camera === 'camera',
      owners: isOn(config, 'scene') && camera === watcherOf(config),
    });
    made.set(camera, renderer);
    return renderer;
  };
}
