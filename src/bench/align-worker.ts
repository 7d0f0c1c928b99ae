import { parentPort, workerData } from 'node:worker_threads';
import type { AlignConfig } from '../align/index.ts';
import { benchPolicy, createTraffic } from './align.ts';

/** Benchmarks one policy in a thread of its own, as the pipeline runs only one: its code is compiled for that one alone. */
const { config, messages } = workerData as { config: AlignConfig; messages: number };
parentPort?.postMessage(benchPolicy(config, createTraffic(messages, config.policy === 'exact')));
