import type { Publication } from '../contract/index.ts';
import type { Stamp } from '../frame/index.ts';
import { publication } from './encode.ts';
import type { Identity } from './identity.ts';
import { timeAt } from './message/common.ts';
import { robotMessage } from './message/reports.ts';

/** Topic of the robot's state; retained over MQTT. */
export const STATE_TOPIC = 'state';

/** Makes the messages of one publisher's `state` topic, in order. */
export interface StateMessages {
  /** @param state as of now */
  next(state: 'online' | 'offline', why?: string): Publication;
  /** What a broker is to say when we vanish: dated now, its `since` unknown. */
  will(): Publication;
}

export function stateMessages(identity: Identity): StateMessages {
  const toTime = timeAt(identity.epoch);
  const origin = {
    inputs: [],
    configuration: identity.configuration,
    calibration: identity.calibration,
    absent: [],
  };
  let sequence = 0;
  let online: Stamp | undefined;

  function make(state: 'online' | 'offline', number: number, since?: Stamp, why?: string): Publication {
    const stamp = identity.now();
    const message = robotMessage(toTime, {
      stamp,
      state,
      ...(since === undefined ? {} : { since }),
      ...(why === undefined ? {} : { why }),
      version: identity.version,
      boot: identity.boot,
      origin,
    });
    return publication(STATE_TOPIC, 'RobotState', stamp, number, message);
  }

  return {
    next(state, why) {
      const now = identity.now();
      if (state === 'online') online ??= now;
      return make(state, ++sequence, state === 'online' ? online : now, why);
    },
    will: () => make('offline', sequence + 2, undefined, 'the connection was lost'),
  };
}
