import { describe, expect, it } from 'vitest';
import { curvesPicture, type History } from '../../../src/learn/pictures/curves.ts';
import { confusionPicture, reliabilityPicture } from '../../../src/learn/pictures/decisions.ts';

/** Numbers that stand in an attribute of all elements of a kind. */
function numbersOf(svg: string, element: string, attribute: string): number[] {
  return [...svg.matchAll(new RegExp(`<${element} [^>]*\\b${attribute}="([^"]*)"`, 'g'))].map(([, text]) =>
    Number(text),
  );
}

/** Whether it is a whole drawing, and all of it lies within. */
function expectWhole(svg: string): void {
  expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const [[, width, height]] = [...svg.matchAll(/width="(\d+)" height="(\d+)"/g)];
  for (const x of [...numbersOf(svg, 'line', 'x2'), ...numbersOf(svg, 'rect', 'x'), ...numbersOf(svg, 'text', 'x')]) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(Number(width));
  }
  for (const y of [...numbersOf(svg, 'line', 'y2'), ...numbersOf(svg, 'rect', 'y')]) {
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(Number(height));
  }
}

describe('curves', () => {
  const history: History = [1, 2, 3].flatMap((run) =>
    [1, 2, 3, 4].map((epoch) => ({ run, runs: 3, epoch, loss: 2 / epoch, nll: 2.5 / epoch, accuracy: epoch / 5 })),
  );

  it('have a line for loss, likelihood and accuracy of each training, and name these', () => {
    const svg = curvesPicture(history);
    expectWhole(svg);
    expect(svg.match(/<polyline /g)).toHaveLength(9);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(3);
    expect(svg.match(/held out: part [12]</g)).toHaveLength(4);
    expect(svg.match(/the head, training samples</g)).toHaveLength(2);
    const [losses, accuracies] = svg.split('accuracy (%)');
    const levels = (part: string): string[] => [...part.matchAll(/"end"[^>]*>([^<]*)</g)].map(([, level]) => level);
    expect(levels(losses)).toEqual(['0', '0.625', '1.25', '1.88', '2.5']);
    expect(levels(accuracies)).toEqual(['0', '25', '50', '75', '100']);
  });

  it('fall where a loss falls', () => {
    const [, points] = /<polyline points="([^"]*)"/.exec(curvesPicture(history)) ?? [];
    const heights = points.split(' ').map((point) => Number(point.split(',')[1]));
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
  });

  it('can be of a single epoch, or of a loss that is none', () => {
    expectWhole(curvesPicture([{ run: 1, runs: 1, epoch: 1, loss: NaN, nll: 1, accuracy: 1 }]));
  });
});

describe('a reliability diagram', () => {
  it('has a bar and a dot for each bin with decisions, as high as these are right', () => {
    const none = { decisions: 0, confidence: NaN, accuracy: NaN };
    const svg = reliabilityPicture([none, { decisions: 4, confidence: 0.4, accuracy: 0.25 }, none, none]);
    expectWhole(svg);
    expect(svg.match(/<circle /g)).toHaveLength(1);
    const [, right, count] = numbersOf(svg, 'rect', 'height');
    expect([right, count]).toEqual([80, 60]);
  });
});

describe('a confusion matrix', () => {
  it('has a cell for what was decided, darker for more of a row, with its count', () => {
    const svg = confusionPicture(
      [
        [3, 1],
        [0, 2],
      ],
      ['<wet>', 'a name that is far too long for a picture'],
    );
    expectWhole(svg);
    expect(numbersOf(svg, 'rect', 'fill-opacity')).toEqual([0.625, 0.275, 0.8]);
    expect(svg).toContain('>3</text>');
    expect(svg).toContain('&lt;wet>');
    expect(svg).toContain('a name that is far …');
  });

  it('stays within bounds for many classes', () => {
    const names = Array.from({ length: 68 }, (_, i) => String(i));
    const svg = confusionPicture(
      names.map((_, r) => names.map((_name, c) => Number(r === c))),
      names,
    );
    expectWhole(svg);
    expect(svg.match(/<rect /g)).toHaveLength(69);
  });
});
