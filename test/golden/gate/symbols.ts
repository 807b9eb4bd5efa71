const key = Symbol('key');
export const list = {
  [key]: 1,
  *[Symbol.iterator]() {
    yield 1;
  },
};
