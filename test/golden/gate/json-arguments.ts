export const text = JSON.stringify({ a: 1 }, ['a']);
export const spaced = JSON.stringify({ a: 1 }, null, 2);
export const value = JSON.parse(text, (_key, found) => found);
