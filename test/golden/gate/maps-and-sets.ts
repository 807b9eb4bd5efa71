const ages = new Map<string, number>();
ages.set('a', 1);
export const names = new Set(['a']);
export const hidden = new WeakMap<object, number>();
