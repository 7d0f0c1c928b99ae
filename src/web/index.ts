export { DEFAULT_PORT as WEB_PORT, type WebConfig } from './config.ts';
export { createWebPage, type WebPage } from './page.ts';
