class Box {
  open() {
    return wrap(this.value());
    function wrap(text) { return '<' + text + '>'; }
  }
  value() { return helper(); }
}
function helper() { return 'content'; }
say(new Box().open());
