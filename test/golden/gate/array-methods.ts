const list = [3, 1, 2];
export const last = list.at(-1);
export const flat = [[1], [2]].flat();
export const pairs = list.flatMap((n) => [n, n]);
export const found = list.lastIndexOf(1);
export const sum = list.reduceRight((a, b) => a + b);
export const sorted = list.toSorted();
