function Made() { return new.target === undefined ? 'called' : undefined; }
class Abstract { constructor() { say(new.target === Abstract); } }
class Concrete extends Abstract {}
say(Made(), typeof new Made());
new Abstract();
new Concrete();
