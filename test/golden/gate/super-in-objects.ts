const base = { hello: () => 'hello' };
export const object = {
  __proto__: base,
  hello() {
    // @ts-expect-error: TypeScript does not follow __proto__
    return super.hello();
  },
};
