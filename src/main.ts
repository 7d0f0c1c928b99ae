#!/usr/bin/env node
// Nothing may be imported before the version is known to be good, and nothing here may be newer than the oldest Node
// that should get the one clear line: what needs a newer one is in compose.ts.
const NEEDED = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    'Sensorium needs Node.js ' +
      NEEDED.join('.') +
      ' or newer, this is ' +
      process.versions.node +
      ' (E_NODE_VERSION)\n',
  );
  process.exitCode = 69;
} else {
  void import('./daemon/heap.ts').then(async ({ settleHeap }) => {
    settleHeap();
    const { main } = await import('./compose.ts');
    await main();
  });
}
