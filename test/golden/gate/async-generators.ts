export async function* ticks() {
  yield 1;
}
export const object = {
  async *more() {
    yield 2;
  },
};
