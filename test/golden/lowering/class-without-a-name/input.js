const Made = class {
  static count = 1;
  static next() { return ++this.count; }
};
say(Made.next(), Made.name);
const kinds = { Small: class { static size = 1; } };
say(kinds.Small.size, kinds.Small.name);
