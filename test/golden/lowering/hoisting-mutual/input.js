function run(n) {
  return even(n);
  function even(n) { return n === 0 ? 'even' : odd(n - 1); }
  function odd(n) { return n === 0 ? 'odd' : even(n - 1); }
}
say(run(6), run(7));
