const text = ' a ';
export const code = text.codePointAt(0);
export const trimmed = text.trimStart();
export const order = text.localeCompare('b');
export const all = text.matchAll(/a/g);
