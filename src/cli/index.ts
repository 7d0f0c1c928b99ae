import type { Loaders } from './verb.ts';

/** The verbs, in the order that the help shows them. */
export const VERBS: Loaders = {
  run: async () => (await import('./run.ts')).run,
  record: async () => (await import('./record.ts')).record,
  replay: async () => (await import('./replay.ts')).replay,
  simulate: async () => (await import('./simulate.ts')).simulate,
  info: async () => (await import('./info.ts')).info,
  convert: async () => (await import('./convert.ts')).convert,
  clocks: async () => (await import('./clocks.ts')).clocks,
  why: async () => (await import('./why.ts')).why,
  calibrate: async () => (await import('./calibrate.ts')).calibrate,
  dataset: async () => (await import('./dataset.ts')).dataset,
  pretrain: async () => (await import('./pretrain.ts')).pretrain,
  train: async () => (await import('./train.ts')).train,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  ablate: async () => (await import('./ablate.ts')).ablate,
  bench: async () => (await import('./bench.ts')).bench,
  models: async () => (await import('./models.ts')).models,
  find: async () => (await import('./find.ts')).find,
  ask: async () => (await import('./ask.ts')).ask,
  describe: async () => (await import('./describe.ts')).describe,
  transcribe: async () => (await import('./transcribe.ts')).transcribe,
  depth: async () => (await import('./depth.ts')).depth,
  imagine: async () => (await import('./imagine.ts')).imagine,
  progress: async () => (await import('./nearness.ts')).progress,
  watch: async () => (await import('./watch.ts')).watch,
  teach: async () => (await import('./teach.ts')).teach,
  memory: async () => (await import('./memory.ts')).memory,
  check: async () => (await import('./check.ts')).check,
  doctor: async () => (await import('./doctor.ts')).doctor,
  devices: async () => (await import('./devices.ts')).devices,
  emulate: async () => (await import('./emulate.ts')).emulate,
  topic: async () => (await import('./topic.ts')).topic,
  command: async () => (await import('./command.ts')).command,
  service: async () => (await import('./service.ts')).service,
};

/** Other names of verbs. */
export const ALIASES: Readonly<Record<string, string>> = { eval: 'evaluate' };
