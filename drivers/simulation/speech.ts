import type { TextMeasurement } from '../../src/frame/index.ts';
import { STRETCH, stanceOf } from './place/people.ts';
import type { Place } from './place/place.ts';
import { roomAt } from './place/rooms.ts';
import type { Scene, Sensor } from './sensor.ts';
import { spokenSeconds } from './sound/voice.ts';

/** Farther away nothing is understood, m; and the share of words lost for each m. */
const HEARD_WITHIN = 5;
const LOST_PER_METRE = 0.04;

/**
 * What a speech recogniser would make of what people say: words said in the robot's room and not too far away, told when they
 * are over, some of them lost with the distance. It has no clock, and stamps are those of arrival.
 */
export function createSpeech({ motionAt, random, noise, period }: Scene, place: Place): Sensor {
  const waiting: TextMeasurement[] = [];

  function listen(from: number, to: number): void {
    for (const someone of place.people) {
      for (let stretch = Math.max(0, Math.floor(from / STRETCH) - 1); stretch * STRETCH < to; stretch += 1) {
        const words = someone.says(stretch);
        if (words === undefined) continue;
        const duration = spokenSeconds(words.text, someone.who);
        const end = words.start + duration;
        if (end <= from || end > to) continue;
        const robot = motionAt(to);
        const { x, y } = stanceOf(someone, end);
        const distance = Math.hypot(robot.x - x, robot.y - y);
        if (distance > HEARD_WITHIN || roomAt(place.world, x, y) !== roomAt(place.world, robot.x, robot.y)) continue;
        const kept = words.text.split(' ').filter(() => random.uniform() >= LOST_PER_METRE * distance * noise);
        if (kept.length > 0) waiting.push({ kind: 'text', text: kept.join(' '), language: 'en', duration });
      }
    }
  }

  return {
    kind: 'text',
    frameId: 'microphones',
    duration: 0,
    sample(seconds) {
      listen(seconds - period, seconds);
      return waiting.shift();
    },
  };
}
