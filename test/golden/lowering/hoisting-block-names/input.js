'use strict';
function outer() {
  return 'outer';
}
{
  say(outer());
  function outer() {
    return 'inner';
  }
}
say(outer());
function pick(early) {
  function which() {
    return 'first';
  }
  if (early) {
    say(which(2));
    function which(n) {
      return n ? 'second ' + which(n - 1) : 'end';
    }
  }
  return which();
}
say(pick(true), pick(false));
function shadowed(x) {
  if (x) {
    function x() {}
    say(typeof x);
  }
  return typeof x;
}
say(shadowed(1));
const kept = [];
for (const n of [1, 2, 3]) {
  kept.push(twice);
  function twice() {
    return n * 2;
  }
}
say(kept.map((f) => f()).join());
