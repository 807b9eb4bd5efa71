const _arguments = 'arguments', _caught = 'caught', __template1 = 'template', A_prototype = 'prototype';
class A {
  m() { return A_prototype; }
  n() { return [() => arguments[0] + _arguments].map((f) => f())[0]; }
}
say(new A().m(), new A().n(1), ((strings) => strings[0] + __template1)`tag `);
async function run() {
  for (const i of [1, 2]) {
    try {
      await Promise.reject(i);
    } catch (e) {
      say((() => e + _caught)());
    }
  }
}
run();
