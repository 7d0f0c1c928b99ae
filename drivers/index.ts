import type { DriverDefinition } from '../src/contract/index.ts';
import { simulatedRobot, simulation } from './simulation/index.ts';

/** Every driver of this build. */
export const drivers: readonly DriverDefinition[] = [simulation];

/** What runs when nobody configures anything. */
export const embedded = simulatedRobot;
