class Shape {
  constructor(sides) { this.sides = sides; }
  describe() { return 'shape of ' + this.sides; }
  static make() { return new this(4); }
}
class Square extends Shape {
  constructor(size = 4) { super(size); this.kind = 'square'; }
  describe() { return this.kind + ': ' + super.describe(); }
}
class Special extends Square {
  describe() { return '[' + super.describe() + ']'; }
}
const one = new Special();
say(one.describe(), one instanceof Shape, one instanceof Square, Object.getPrototypeOf(one) === Special.prototype);
say(Special.make().describe(), one.constructor === Special);
