/** What a model says is text, and moves no cursor: control characters but for new lines and tabs are left out. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is meant
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}
