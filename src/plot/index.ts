export { chartsPicture, type Chart, type Drawn } from './chart.ts';
export { CHART, GAP, LEFT, overTime, page, RIGHT } from './over-time.ts';
export { bar, COLOURS, curve, dot, line, picture, rangeOf, text, thinned, type Point } from './svg.ts';
