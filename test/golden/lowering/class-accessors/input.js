class Level {
  constructor() { this.raw = 1; }
  get value() { return this.raw; }
  set value(next) { this.raw = next < 0 ? 0 : next; }
  get double() { return this.value * 2; }
}
const level = new Level();
level.value = -5;
say(level.value, level.double);
level.value = 21;
say(level.double, 'value' in level, Object.keys(level).join());
