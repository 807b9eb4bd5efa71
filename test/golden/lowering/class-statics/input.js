class Registry {
  static count = 3;
  static of(...names) { return names.map((name) => new this(name)); }
  constructor(name) { this.name = name; }
}
say(Registry.of('a', 'b').map(({ name }) => name).join(), Registry.count);
