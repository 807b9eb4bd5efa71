function f() {
  try {
    try { throw new Error('inner'); }
    catch (error) { throw new Error('outer of ' + error.message); }
    finally { say('inner finally'); }
  } catch (error) {
    try { return error.message; } finally { say('outer finally'); }
  }
}
say(f());
const g = () => { try { throw 1; } finally { return 'finally wins'; } };
say(g());
