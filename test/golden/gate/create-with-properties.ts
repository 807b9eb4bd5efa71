export const made = Object.create(null, { a: { value: 1 } });
