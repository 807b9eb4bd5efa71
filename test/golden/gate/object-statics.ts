export const fixed = Object.freeze({ a: 1 });
export const made = Object.fromEntries([['a', 1]]);
export const own = Object.hasOwn(made, 'a');
