function pick(flag) {
  if (flag) {
    say(helper());
    function helper() { return 'inner'; }
  } else {
    say(helper());
    function helper() { return 'other'; }
  }
}
pick(true);
pick(false);
