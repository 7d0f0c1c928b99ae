/** One of them is chosen. */
const any = (...options: readonly string[]): string => `(${options.join('|')})`;

/** Parts in any order of mention, with something between two of them, and something before the last. */
function inAnyOrder(between: string, last: string, ...parts: readonly string[]): string {
  return any(...ordersOf(parts).map((its) => `${its.slice(0, -1).join(between)}${last}${its[its.length - 1]}`));
}

function ordersOf(parts: readonly string[]): string[][] {
  if (parts.length === 0) return [[]];
  return parts.flatMap((its) => ordersOf(parts.filter((other) => other !== its)).map((rest) => [its, ...rest]));
}

/** Words that tell nothing. */
const BEFORE =
  '(|||||please, |robot, |well, |so, |now, |next, |this time, |my wish: |the goal: |on the table: |if you can, |once more, )';
const AFTER =
  '(|||||, please| now| for me| this time| on the table| on this table|, nothing else|, that is all|, and that is it)';
const PUT =
  '(put|place|set|lay|stand|move|bring|arrange|keep|leave|you should put|could you place|i want you to put|we need to place)';
const WISH =
  '(i (want|would like|need|wish for|ask for|wish to see|want to see)|we (want|need|would like)|give me|show me|let there be|let me have|imagine|picture|make|the goal is|what i want is|the table should show|there (should|must|has to|ought to) be)';
const IS =
  '(is|stands|should be|should stand|must be|has to be|goes|belongs|is to stand|will be|is placed|comes|shall stand)';
/** Before the thing that is there. */
const THERE =
  '(| is| there is| stands| should stand| put| place| comes| goes| i want| there should be| we need| will be|:)';
const AND = '(, | and |, and |; |, then )';
const COMMA = '(, |; | and |, then )';
const ON_TABLE =
  '(on the table|on this table|on top of the table|in the middle|in the middle of the table|at the centre|there|in view|by itself)';

const LEFT =
  '(on the left|to the left|at the left|left|on the left side|on the left hand|at the left end|at the left edge|on the left of the table|leftmost|far left)';
const RIGHT =
  '(on the right|to the right|at the right|right|on the right side|on the right hand|at the right end|at the right edge|on the right of the table|rightmost|far right)';
const MIDDLE = '(in the middle|in the centre|at the centre|in between|in the middle of the table|central|midway)';
const LEFT_OF =
  '(to the left of|left of|on the left of|on the left side of|just left of|next to and left of|further left than|at the left of|somewhere left of)';
const RIGHT_OF =
  '(to the right of|right of|on the right of|on the right side of|just right of|next to and right of|further right than|at the right of|somewhere right of)';
/** Of what was named before. */
const ITS_LEFT =
  '(to its left|on its left|left of it|to the left of it|on its left side|next to it on the left|beside it on the left|left of that|to the left of that|just left of it)';
const ITS_RIGHT =
  '(to its right|on its right|right of it|to the right of it|on its right side|next to it on the right|beside it on the right|right of that|to the right of that|just right of it)';
const RIGHTWARDS =
  '(from left to right|left to right|going from left to right|seen from left to right|in order from left to right|starting on the left|beginning at the left)(:|,| there are| we have| put| i want)';
const LEFTWARDS =
  '(from right to left|right to left|going from right to left|seen from right to left|in order from right to left|starting on the right|beginning at the right)(:|,| there are| we have| put| i want)';
const THE_LEFT =
  '(the left one is|the leftmost is|the leftmost thing is|the thing on the left is|the left thing should be)';
const THE_RIGHT =
  '(the right one is|the rightmost is|the rightmost thing is|the thing on the right is|the right thing should be)';
const THE_MIDDLE = '(the middle one is|the one in the middle is|the thing in the middle is|the middle thing should be)';

/** That one thing is to the left of another, said of either. */
const related = (left: string, right: string): string =>
  any(`${left} ${LEFT_OF} ${right}`, `${right} ${RIGHT_OF} ${left}`);
/** As a sentence. */
const relates = (left: string, right: string): string =>
  any(`${left} ${IS} ${LEFT_OF} ${right}`, `${right} ${IS} ${RIGHT_OF} ${left}`);
const TWO_PLACED = inAnyOrder('', AND, `{a} ${LEFT}`, `{b} ${RIGHT}`);
const THREE_PLACED = inAnyOrder(COMMA, AND, `{a} ${LEFT}`, `{b} ${MIDDLE}`, `{c} ${RIGHT}`);
const SIDES = inAnyOrder('', ' and ', `{a} ${LEFT}`, `{c} ${RIGHT}`);
const NEIGHBOURS = inAnyOrder('', ' and ', `{a} ${ITS_LEFT}`, `{c} ${ITS_RIGHT}`);
/** Two relations make an order of three things. */
const chained = (relation: (left: string, right: string) => string): string =>
  any(
    `${relation('{a}', '{b}')}${AND}${relation('({the_b}|{b})', '{c}')}`,
    `${relation('{b}', '{c}')}${AND}${relation('{a}', '({the_b}|{b})')}`,
  );

/**
 * Ways to say how things are to stand, as a grammar (see `paraphrases.ts`), by how many there are: {a}, {b} and {c} from left to right, `{the_a}` where one is named again. Every rule is another way to build
 * the sentence: what is mentioned first, and by what the rest is told.
 */
export const GOAL_PARAPHRASES: readonly (readonly string[])[] = [
  [],
  [
    `${BEFORE}${PUT} {a} ${ON_TABLE}${AFTER}.`,
    `${BEFORE}${WISH} {a}( ${ON_TABLE}|)${AFTER}.`,
    `${BEFORE}(there is|i see|you see|one sees) {a}( ${ON_TABLE}|)${AFTER}.`,
    `${BEFORE}(the table|this table) (holds|has|shows|carries|should have|should hold|must show) (only |just |){a}${AFTER}.`,
    `${BEFORE}(a|the) table with (only |just |nothing but |){a} (on it|on top|in the middle|there).`,
    `${BEFORE}{a}(, please| alone| only| by itself|, that is all|, nothing else|).`,
    `${BEFORE}${ON_TABLE}${THERE} {a}.`,
    `(nothing but|only|just|simply|a single thing:|one thing:) {a}( ${ON_TABLE}|).`,
    `(the goal|the aim|the task|what i want|what we need|it)( is|:) {a}${AFTER}.`,
    `${BEFORE}let {a} (stand|be|remain) ${ON_TABLE}.`,
    `${BEFORE}{a} ${IS} ${ON_TABLE}${AFTER}.`,
    `${BEFORE}${PUT} {a} ${ON_TABLE}(, and leave it there|, nothing next to it|, with nothing beside it).`,
  ],
  [
    `${BEFORE}${PUT} ${related('{a}', '{b}')}${AFTER}.`,
    `${BEFORE}${WISH} ${related('{a}', '{b}')}${AFTER}.`,
    `${BEFORE}${relates('{a}', '{b}')}${AFTER}.`,
    `${BEFORE}${related('{a}', '{b}')}${AFTER}.`,
    `${BEFORE}${PUT} ${TWO_PLACED}${AFTER}.`,
    `${BEFORE}${WISH} ${TWO_PLACED}${AFTER}.`,
    `${BEFORE}${TWO_PLACED}${AFTER}.`,
    `${BEFORE}${inAnyOrder('', AND, `{a} ${IS} ${LEFT}`, `{b} ${IS} ${RIGHT}`)}${AFTER}.`,
    `${BEFORE}${inAnyOrder('', AND, `${LEFT}${THERE} {a}`, `${RIGHT}${THERE} {b}`)}.`,
    `${BEFORE}${any(`${RIGHTWARDS} (first |){a}( and |, |, then |, followed by ){b}`, `${LEFTWARDS} (first |){b}( and |, |, then |, followed by ){a}`)}${AFTER}.`,
    `${BEFORE}${any(`{a} and (then |){b}, from left to right`, `{b} and (then |){a}, from right to left`)}${AFTER}.`,
    `${BEFORE}first ({a}, then ${ITS_RIGHT} {b}|{b}, then ${ITS_LEFT} {a})${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |)({a} (next to|beside|near|by) {b}|{b} (next to|beside|near|by) {a}), ({the_a} ${LEFT}|{the_b} ${RIGHT}).`,
    `${BEFORE}(${PUT} |${WISH} |)({a} with {b} ${ITS_RIGHT}|{b} with {a} ${ITS_LEFT})${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |)({a}${AND}${ITS_RIGHT} {b}|{b}${AND}${ITS_LEFT} {a})${AFTER}.`,
    `${BEFORE}(${LEFT_OF} {b}${THERE} {a}|${RIGHT_OF} {a}${THERE} {b})${AFTER}.`,
    `${BEFORE}${inAnyOrder('', AND, `${THE_LEFT} {a}`, `${THE_RIGHT} {b}`)}.`,
    `${BEFORE}(two things|a pair|both|these two): ${TWO_PLACED}.`,
    `${BEFORE}(the left neighbour of {b} (is|should be|has to be) {a}|the right neighbour of {a} (is|should be|has to be) {b}).`,
    `${BEFORE}({a} has {b} ${ITS_RIGHT}|{b} has {a} ${ITS_LEFT})${AFTER}.`,
    `${BEFORE}${PUT} ({a} down, and {b} ${ITS_RIGHT}|{b} down, and {a} ${ITS_LEFT})${AFTER}.`,
  ],
  [
    `${BEFORE}${PUT} ${THREE_PLACED}${AFTER}.`,
    `${BEFORE}${WISH} ${THREE_PLACED}${AFTER}.`,
    `${BEFORE}${THREE_PLACED}${AFTER}.`,
    `${BEFORE}${inAnyOrder(COMMA, AND, `{a} ${IS} ${LEFT}`, `{b} ${IS} ${MIDDLE}`, `{c} ${IS} ${RIGHT}`)}${AFTER}.`,
    `${BEFORE}${inAnyOrder(COMMA, AND, `${LEFT}${THERE} {a}`, `${MIDDLE}${THERE} {b}`, `${RIGHT}${THERE} {c}`)}.`,
    `${BEFORE}${RIGHTWARDS} (first |){a}(, |, then |, followed by ){b}( and |, |, then | and then |, and last ){c}${AFTER}.`,
    `${BEFORE}${LEFTWARDS} (first |){c}(, |, then |, followed by ){b}( and |, |, then | and then |, and last ){a}${AFTER}.`,
    `${BEFORE}({a}, {b} and (then |){c}, from left to right|{c}, {b} and (then |){a}, from right to left)${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |){b} between ${SIDES}${AFTER}.`,
    `${BEFORE}between ${SIDES}${THERE} {b}${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |)${SIDES}${AND}{b} (between them|between the two|in between|between both)${AFTER}.`,
    `${BEFORE}${chained(related)}${AFTER}.`,
    `${BEFORE}${chained(relates)}${AFTER}.`,
    `${BEFORE}${PUT} ${chained(related)}${AFTER}.`,
    `${BEFORE}${WISH} ${chained(related)}${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |)({a}, ${ITS_RIGHT} {b}${AND}(${ITS_RIGHT}|further right|still further right) {c}|{c}, ${ITS_LEFT} {b}${AND}(${ITS_LEFT}|further left|still further left) {a})${AFTER}.`,
    `${BEFORE}first ({a}, then ${ITS_RIGHT} {b}, (then|and last|finally) (${ITS_RIGHT}|further right) {c}|{c}, then ${ITS_LEFT} {b}, (then|and last|finally) (${ITS_LEFT}|further left) {a})${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |){b} ${MIDDLE}(, with | with |, |: )${any(NEIGHBOURS, SIDES)}${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |){b} (with|, and) ${any(NEIGHBOURS, SIDES)}${AFTER}.`,
    `${BEFORE}${inAnyOrder(COMMA, AND, `${THE_LEFT} {a}`, `${THE_MIDDLE} {b}`, `${THE_RIGHT} {c}`)}.`,
    `${BEFORE}(three things|these three|a row of three): ${THREE_PLACED}.`,
    `${BEFORE}(${PUT} |${WISH} |)({b} ${RIGHT_OF} {a} and ${LEFT_OF} {c}|{b} ${LEFT_OF} {c} and ${RIGHT_OF} {a})${AFTER}.`,
    `${BEFORE}(${PUT} |${WISH} |)({a} ${LEFT_OF} {b}${AND}{c} ${ITS_RIGHT}|{c} ${RIGHT_OF} {b}${AND}{a} ${ITS_LEFT})${AFTER}.`,
    `${BEFORE}${PUT} {b} ${MIDDLE} first, then ${any(NEIGHBOURS, SIDES)}.`,
    `${BEFORE}(${PUT} |${WISH} |)({a} and {b} side by side, {the_a} ${LEFT}|{b} and {a} side by side, {the_a} ${LEFT}), and {c} (on the right of both|to the right of both|right of them|rightmost).`,
    `${BEFORE}(${PUT} |${WISH} |)({b} and {c} side by side, {the_c} ${RIGHT}|{c} and {b} side by side, {the_c} ${RIGHT}), and {a} (on the left of both|to the left of both|left of them|leftmost).`,
  ],
];
