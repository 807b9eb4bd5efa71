export const letters = Array.from('abc');
export const numbers = Array.of(1, 2);
export const bytes = Uint8Array.from([1, 2]);
