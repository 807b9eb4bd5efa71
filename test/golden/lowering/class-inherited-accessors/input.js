class Base { get name() { return 'base ' + this.id; } }
class Derived extends Base { id = 7; }
say(new Derived().name);
