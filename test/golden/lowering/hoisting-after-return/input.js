function outer() {
  return inner(3);
  function inner(n) { return n === 0 ? 'done' : inner(n - 1); }
}
say(outer());
