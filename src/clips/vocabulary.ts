import type { StillClassName, StillTruth, StillVocabulary } from '../contract/index.ts';

/**
 * What clips may speak of: the classes that some clip's picture shows well enough to count.
 * @param known classes of the simulation with what is kept of them; others, such as people and doors, stand on the floor
 */
export function vocabularyOf(
  truths: readonly StillTruth[],
  known: StillVocabulary,
  isClear: (thing: StillTruth['things'][number]) => boolean,
): StillVocabulary {
  const clear = truths.flatMap(({ things }) => things.filter(isClear));
  const labels = [...new Set(clear.map(({ label }) => label))].sort();
  const classes = labels.map((label): StillClassName => {
    const its = known.classes.find((one) => one.label === label);
    const things = clear.filter((thing) => thing.label === label);
    const coloured = things.some(({ colour }) => colour !== undefined);
    return {
      label,
      stands: its?.stands ?? 'floor',
      heldOut: things.every(({ kind }) => kind === 'class'),
      coloured,
      heldOutColours: coloured ? (its?.heldOutColours ?? []) : [],
    };
  });
  return { classes, colours: known.colours };
}
