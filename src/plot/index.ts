export { chartsPicture, type Chart, type Drawn } from './chart.ts';
export { line, picture, rangeOf, text, thinned } from './svg.ts';
