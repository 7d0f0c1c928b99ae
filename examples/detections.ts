/**
 * Makes one picture of many: every picture of a folder with the boxes that the detector finds, as docs/perception.md shows.
 *
 *   node dist/examples/detections.js <folder> <out.jpg> [name ...]
 *
 * The model's file is looked for where `sensorium models list` says.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const [folder, out, ...wanted] = process.argv.slice(2);
const CELL = { width: 400, height: 300 };
const COLUMNS = 3;

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const names = wanted.length > 0 ? wanted : readdirSync(folder).filter((name) => /\.(jpe?g|png)$/i.test(name));
const scratch = mkdtempSync(join(tmpdir(), 'detections-'));
const cells = await Promise.all(
  names.map(async (name, i) => {
    const boxes = join(scratch, `${i}.png`);
    const args = [main, 'models', 'try', 'fastestdet', join(folder, name), '--out', boxes];
    process.stdout.write(`${name}\n${execFileSync(process.execPath, args, { encoding: 'utf8' })}`);
    const input = await sharp(boxes)
      .resize({ ...CELL, fit: 'contain', background: 'white' })
      .toBuffer();
    return { input, left: (i % COLUMNS) * CELL.width, top: Math.floor(i / COLUMNS) * CELL.height };
  }),
);
await sharp({
  create: {
    width: COLUMNS * CELL.width,
    height: Math.ceil(names.length / COLUMNS) * CELL.height,
    channels: 3,
    background: 'white',
  },
})
  .composite(cells)
  .jpeg({ quality: 78 })
  .toFile(out);
rmSync(scratch, { recursive: true });
