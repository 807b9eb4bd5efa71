{
  class TypeError {
    constructor() { this.mine = true; }
  }
  class Special extends TypeError {}
  const special = new Special();
  say(special.mine, special instanceof TypeError, special instanceof Error);
}
class Outside extends TypeError {}
say(new Outside('o') instanceof TypeError, String(new Outside('o')));
const subclass = (Error) => class extends Error {};
class Base { b = 2; }
say(new (subclass(Base))().b);
