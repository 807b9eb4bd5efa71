/** What the gate lets through: names of one's own, types, and everything that lowering can do. */
interface Map<K> {
  flat(): K;
}
const own: Map<number> = { flat: () => 1 };
class List {
  at(i: number) {
    return i;
  }
}
export type Table = globalThis.Map<string, Set<number>>;
export const there = typeof Map === 'undefined';
export const values = [own.flat(), new List().at(1), [1, 2].includes(2), 'abc'.padStart(5), Math.sign(-1)];
export const run = async ({ a = 1, ...rest }: { a?: number; b?: number } = {}) => [a, rest?.b ?? 2, ...[3]];
export function* count() {
  yield* [1, 2];
}
