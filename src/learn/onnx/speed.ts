import type { Tensors } from '../../contract/index.ts';
import { openModel } from '../../inference/index.ts';
import type { Head } from '../head/network.ts';
import { exportHead } from './export.ts';
import { FILE, manifestOf } from './manifest.ts';

const WARM_UP = 20;
const RUNS = 200;

/** ms that one decision takes with ONNX Runtime on one thread: median of many, each of a single sample. */
export async function millisecondsPerDecision(head: Head): Promise<number> {
  const content = exportHead(head);
  const manifest = manifestOf(head.description, content.length);
  const model = await openModel(manifest, new Map([[FILE, content]]));
  const inputs: Tensors = Object.fromEntries(
    manifest.inputs.map(({ name, shape }) => {
      const sides = shape.map((side) => Math.abs(side));
      const data = new Float32Array(sides.reduce((product, side) => product * side, 1)).fill(1);
      return [name, { type: 'float32', shape: sides, data }];
    }),
  );
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    const started = performance.now();
    await model.run(inputs);
    if (run >= WARM_UP) times.push(performance.now() - started);
  }
  await model.close();
  return times.sort((a, b) => a - b)[RUNS / 2];
}
