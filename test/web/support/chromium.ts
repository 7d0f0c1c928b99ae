import { chromium, type Browser, type Page } from 'playwright-core';

/** Debian's Chromium. Its sandbox needs what containers and root lack; it only ever sees this machine's own pages. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
}

/** What a page complained about so far: errors, and what its policy forbade. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  return complaints;
}
