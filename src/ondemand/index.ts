export { openInlet, type Inlet } from './inlet.ts';
export { createOutlet, type Outlet } from './outlet.ts';
export { LONGEST_PART, type LargeMessage } from './viewer.ts';
