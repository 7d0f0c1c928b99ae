import type { SceneObject } from '../../src/frame/index.ts';
import { fromRollPitchYaw } from '../../src/geometry/index.ts';
import type { SimulationConfig } from './config.ts';
import { createHappenings } from './place/events.ts';
import { FIRST_DOOR, thingAt } from './place/objects.ts';
import { stanceOf } from './place/people.ts';
import type { Place } from './place/place.ts';
import { DOORWAY } from './place/doors.ts';
import { roomAt } from './place/rooms.ts';
import { look } from './render/look.ts';
import type { Motion } from './robot.ts';
import type { Scene, Sensor } from './sensor.ts';
import { createAudible, sayingAt } from './sound/audible.ts';
import { watcherOf, type Views } from './views.ts';
import { DOOR } from './world.ts';

/** Less of something than this many pixels is not seen. */
const LEAST_PIXELS = 4;

/**
 * The truth about the scene in `map`: everything with its box, class and colour; what each camera sees of it (the box about
 * what is visible, and which share of it that is, as far as it is within the picture); who does what; what happens and sounds.
 */
export function createSceneTruth({ motionAt }: Scene, place: Place, config: SimulationConfig, views: Views): Sensor {
  const watcher = watcherOf(config);
  const happenings = createHappenings(place);
  const audible = createAudible(place);
  const test = place.split === 'test';
  const at = new Float64Array(3);

  function objectsAt(seconds: number, robot: Motion): Omit<SceneObject, 'boxes'>[] {
    const objects: Omit<SceneObject, 'boxes'>[] = [];
    for (const someone of place.people) {
      const { x, y, yaw, speed } = stanceOf(someone, seconds);
      const gesture = someone.gestureAt(seconds);
      const doing = [speed > 0 ? 'walking' : 'standing'];
      if (gesture !== undefined) doing.push(gesture);
      if (sayingAt(someone, seconds) !== undefined) doing.push('speaking');
      objects.push({
        id: someone.id,
        label: 'person',
        colour: someone.wears,
        position: [x, y, someone.height / 2],
        orientation: fromRollPitchYaw(0, 0, yaw),
        size: [0.4, 0.5, someone.height],
        doing,
        ...(test ? { unseen: ['person', 'voice'] } : {}),
      });
    }
    for (const thing of place.things) {
      thingAt(thing, seconds, at);
      const falling = seconds >= thing.falls && at[2] > 0;
      objects.push({
        id: thing.id,
        label: thing.kind.label,
        colour: thing.colour,
        position: [at[0], at[1], at[2] + thing.size[2] / 2],
        orientation: fromRollPitchYaw(0, 0, thing.yaw),
        size: thing.size,
        doing: falling ? ['falling'] : [],
        ...(test ? { unseen: thing.unseen } : {}),
      });
    }
    for (const { id, label, x, y, halfWidth, halfDepth, height } of place.cabinets) {
      objects.push({
        id,
        label,
        position: [x, y, height / 2],
        orientation: [1, 0, 0, 0],
        size: [2 * halfWidth, 2 * halfDepth, height],
        doing: [],
      });
    }
    for (let door = 0; door < place.doors.count; door += 1) {
      const [x, y] = place.world.doors[door].at;
      const open = place.doors.openAt(door, seconds, robot);
      objects.push({
        id: FIRST_DOOR + door,
        label: 'door',
        position: [x, y, DOORWAY / 2],
        orientation: [1, 0, 0, 0],
        size: place.world.xs.includes(x) ? [0.05, DOOR, DOORWAY] : [DOOR, 0.05, DOORWAY],
        doing: [open === 1 ? 'open' : open === 0 ? 'closed' : 'ajar'],
      });
    }
    return objects;
  }

  return {
    kind: 'scene',
    frameId: 'map',
    duration: 0,
    sample(seconds) {
      const robot = motionAt(seconds);
      const rendering = watcher === undefined ? undefined : views(watcher)(seconds, robot);
      const found = rendering === undefined ? undefined : look(rendering);
      const objects = objectsAt(seconds, robot).map((object): SceneObject => {
        const boxes: Record<string, SceneObject['boxes'][string]> = {};
        const box = found?.get(object.id);
        if (watcher !== undefined && box !== undefined && box.pixels >= LEAST_PIXELS) {
          const visible = Math.min(1, box.pixels / (rendering?.total.get(object.id) ?? box.pixels));
          boxes[watcher] = { box: [box.left, box.top, box.right + 1, box.bottom + 1], visible, pixels: box.pixels };
        }
        return { ...object, boxes };
      });
      const room = place.rooms[roomAt(place.world, robot.x, robot.y)].name;
      const events = happenings(seconds, robot);
      const sounds = audible(seconds, robot);
      return { kind: 'scene', room, objects, events, sounds, ...(test ? { unseen: ['room'] } : {}) };
    },
  };
}
