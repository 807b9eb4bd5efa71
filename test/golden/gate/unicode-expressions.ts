export const letters = /\p{L}+/u.test('a');
export const word = /grüße/.test('x');
