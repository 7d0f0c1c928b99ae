export { checkWeb, DEFAULT_PORT as WEB_PORT, schema as webSchema, type WebConfig } from './config.ts';
export { createWebPage, type WebPage } from './page.ts';
