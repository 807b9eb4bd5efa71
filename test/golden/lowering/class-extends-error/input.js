class Refused extends Error {
  name = 'Refused';
  constructor(code) { super('refused with ' + code); this.code = code; }
}
class Worse extends Refused { worse() { return this.code + 1; } }
try { throw new Worse(7); } catch (error) {
  say(String(error), error.code, error.worse(), error instanceof Refused, error instanceof Error, error.message, typeof error.stack);
}
